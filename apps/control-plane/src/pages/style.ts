/** The style sheet of the server-rendered pages: light and dark, readable without it. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f7f7f4; --card: #ffffff; --ink: #1d2129; --soft: #5b6270; --line: #d9dbe0;
  --accent: #1f5f4f; --accent-ink: #ffffff; --alert: #9b1c1c; --alert-paper: #fdf0f0; --code: #f0f1ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1c2026; --ink: #e8eaee; --soft: #a3abb9; --line: #343a44;
    --accent: #6fc3ab; --accent-ink: #0d1f1a; --alert: #ffb4b4; --alert-paper: #3a1f21; --code: #12151a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
header { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1.25rem 0; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
.brand { display: inline-flex; gap: .6rem; align-items: center; color: inherit; font-weight: 650; text-decoration: none; letter-spacing: .01em; }
.gate { width: 1.1rem; height: 1.1rem; border: .22rem solid var(--accent); border-bottom: 0; border-radius: .6rem .6rem 0 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: 1.5rem; margin-top: 1.25rem; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 .4rem; text-wrap: balance; }
h2 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
.card > h2:first-child { margin-top: 0; }
p { margin: .4rem 0; }
.lead, .hint { color: var(--soft); }
.hint { font-size: .9rem; margin: .3rem 0 0; }
.field { margin-top: 1.1rem; }
label { display: block; font-weight: 600; margin-bottom: .3rem; }
input { width: 100%; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .45rem; padding: .55rem .7rem; }
button { font: inherit; font-weight: 600; margin-top: 1.4rem; color: var(--accent-ink); background: var(--accent); border: 0; border-radius: .45rem; padding: .6rem 1.2rem; cursor: pointer; }
button.quiet { background: none; color: var(--soft); border: 1px solid var(--line); margin: 0; padding: .3rem .8rem; font-weight: 500; }
.field + button.quiet { margin-top: 1.1rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.alert { color: var(--alert); background: var(--alert-paper); border-radius: .45rem; padding: .6rem .8rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem 1.5rem; margin: 1.2rem 0 0; }
dt { color: var(--soft); font-size: .9rem; }
dd { margin: 0; font-size: 1.15rem; font-weight: 600; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .45rem; padding: .7rem .9rem; overflow-x: auto; margin: .4rem 0; }
code { font-family: ui-monospace, monospace; font-size: .92rem; }
.row { display: flex; justify-content: space-between; align-items: center; gap: 1rem; flex-wrap: wrap; }
`;
