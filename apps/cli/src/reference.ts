/** Makes docs/reference/cli.md from the declaration of the command line, so that the page cannot say what the help does not. */

import type { Command } from 'commander';
import { createProgram } from './program/program.ts';

const HEAD = `# The \`pullgate\` command

Made from the command's own help by \`apps/cli/src/reference.test.ts\` (\`vitest -u\` writes it anew).

Exit codes: 0 yes, 1 failed, 2 usage, 3 denied. Every listing has \`--json\`. Questions are asked only on a terminal;
\`--yes\` answers them. \`PULLGATE_HOME\` is the folder of the stored credentials; \`PULLGATE_SERVER\`, \`PULLGATE_TOKEN\` and
\`PULLGATE_ORGANIZATION\` take their place in automation. \`PULLGATE_AGENT_SOCKET\` names the agent's socket when it is not
the usual one. \`NO_COLOR\` turns colours off, \`PULLGATE_DEBUG=1\` shows where an error comes from.
\`PULLGATE_ORGANIZATION\`, \`PULLGATE_OWNER_EMAIL\` and \`PULLGATE_OWNER_PASSWORD\` make the first \`pullgate up\` unattended.
`;

/** Width of the help in the page; a terminal has its own. */
const WIDTH = 100;

export function formatReference(): string {
  const program = createProgram(() => undefined);
  const sections = listCommands(program).map((command) => {
    const name = pathOf(command).join(' ');
    return `## ${name}\n\n\`\`\`\n${formatHelp(command).trimEnd()}\n\`\`\`\n`;
  });
  return [HEAD, ...sections].join('\n');
}

/** The command itself first, then what is below it, in the order of the help. */
function listCommands(command: Command): readonly Command[] {
  return [command, ...command.commands.filter((child) => child.name() !== 'help').flatMap(listCommands)];
}

function pathOf(command: Command): readonly string[] {
  return command.parent === null ? [command.name()] : [...pathOf(command.parent), command.name()];
}

/** As `--help` prints it, examples included. */
function formatHelp(command: Command): string {
  const lines: string[] = [];
  command.configureOutput({
    writeOut: (text) => void lines.push(text),
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return lines.join('');
}
