/** Tells bodies that a registry takes for parameters. Leaves reading them out: what could hold unseen parameters is refused. */

const FORM = /x-www-form-urlencoded|multipart\/form-data/i;

/**
 * Whether a body is sent as a form. Who attacks: whoever may push to one repository and wants to read another. Go's `FormValue`, with which
 * distribution's registry reads `mount` and `from`, joins the fields of such a body with the query, so that they would not have been judged.
 *
 * @param contentTypes values of all Content-Type fields
 */
export function isForm(contentTypes: readonly string[]): boolean {
  return contentTypes.some((value) => FORM.test(value));
}
