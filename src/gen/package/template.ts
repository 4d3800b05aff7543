// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';

const compiled = new Map<string, HandlebarsTemplateDelegate>();

/** Renders `src/gen/templates/<name>.hbs`. Values are inserted as they are: the results are not HTML. */
export function render(name: string, data: object): string {
  let template = compiled.get(name);
  if (!template) {
    const text = readFileSync(new URL(`../templates/${name}.hbs`, import.meta.url), 'utf8');
    template = Handlebars.compile(text, { noEscape: true, strict: true });
    compiled.set(name, template);
  }
  return template(data);
}
