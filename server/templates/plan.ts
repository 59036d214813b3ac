import { fits, type Matched } from './rules.ts'
import type { AttributeTemplate, Kept, RequestTemplate } from './store.ts'

type Target = Matched & { readonly id: string }

/** What became of a template here already: a request by number, or a line by its control and sequence. */
export type Made = { readonly templateId: string, readonly controlId: string | null, readonly request: number | null, readonly sequence: number | null }

/** One thing a template would become: a request for the controls it fits, or a test of one of them. `key` names it with the version looked at. */
export type Use =
  | { readonly of: 'requests', readonly key: string, readonly template: Kept<RequestTemplate>, readonly controls: readonly Target[], readonly made: Made | null }
  | { readonly of: 'attributes', readonly key: string, readonly template: Kept<AttributeTemplate>, readonly control: Target, readonly made: Made | null }

type Given = { readonly requests: readonly Kept<RequestTemplate>[], readonly attributes: readonly Kept<AttributeTemplate>[], readonly controls: readonly Target[], readonly uses: readonly Made[] }

/** Everything the firm's templates would become in an engagement, and what was made of them before. */
export function planUses({ requests, attributes, controls, uses }: Given): Use[] {
  const madeOf = (template: string, control: string | null) => uses.find(({ templateId, controlId }) => templateId === template && controlId === control) ?? null
  return [
    ...requests.filter((template) => isGeneral(template) || madeOf(template.id, null) || controls.some((control) => fits(template, control))).map((template): Use => ({
      of: 'requests', key: `${template.id}.${template.version}`, template, controls: controls.filter((control) => fits(template, control)), made: madeOf(template.id, null),
    })),
    ...attributes.flatMap((template) => controls.filter((control) => fits(template, control) || madeOf(template.id, control.id)).map((control): Use => ({
      of: 'attributes', key: `${template.id}.${template.version}.${control.id}`, template, control, made: madeOf(template.id, control.id),
    }))),
  ]
}

/** A request that names neither criteria nor words is asked in every engagement. */
function isGeneral({ criteria, keywords }: RequestTemplate): boolean {
  return criteria.length === 0 && keywords.length === 0
}
