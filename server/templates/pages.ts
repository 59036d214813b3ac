import { mayInFirm } from '../access/policy.ts'
import { criterion } from '../controls/criteria.ts'
import type { Tx } from '../database/connect.ts'
import { kinds, requestNumber } from '../requests/rules.ts'
import type { EngagementScope, PersonScope } from '../scope.ts'
import { LETTERS, MOST_PROCEDURES } from '../testing/forms.ts'
import { natures, testReference } from '../testing/rules.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import { plural } from '../web/helpers.ts'
import { writeDate } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import type { Use } from './plan.ts'
import { dueOn } from './rules.ts'
import type { listSources } from './source-store.ts'
import { listAttributeTemplates, listRequestTemplates, type TemplateKind } from './store.ts'

type Row = { readonly href: string, readonly title: string, readonly about: string, readonly theme: string, readonly version: number, readonly changer: string, readonly changedAt: Date }
type Line = { readonly key: string, readonly title: string, readonly about: string, readonly controls: string, readonly made: { readonly href: string, readonly reference: string } | null, readonly picked: boolean }

declare module '../web/view.ts' {
  interface Pages {
    'templates/list': PageModel & { readonly groups: readonly { readonly kind: TemplateKind, readonly head: string, readonly empty: string, readonly unthemed: string, readonly rows: readonly Row[] }[], readonly mayKeep: boolean }
    'templates/request': EditPage & { readonly kinds: readonly Choice[] }
    'templates/attributes': EditPage & { readonly natures: readonly Choice[], readonly steps: readonly { readonly nature: string, readonly words: string }[], readonly letters: readonly { readonly label: string, readonly question: string, readonly expected: string, readonly clause: string, readonly problem: string }[] }
    'templates/apply': PageModel & { readonly base: string, readonly action: string, readonly requests: readonly Line[], readonly lines: readonly Line[], readonly fresh: number, readonly conflict: string | null, readonly mayKeep: boolean, readonly engagement: string, readonly sources: Sources }
  }
}

/** What of this engagement may become a template. */
type Sources = { readonly requests: readonly Choice[], readonly tests: readonly Choice[] }

type EditPage = PageModel & { readonly form: FormState, readonly action: string, readonly removal: string | null, readonly conflict: boolean }

/** The firm's templates of both kinds. */
export async function listPage(trx: Tx, scope: PersonScope) {
  const requests = await listRequestTemplates(trx)
  const attributes = await listAttributeTemplates(trx)
  return {
    title: 'Templates', mayKeep: mayInFirm(scope.rank, 'template.keep'),
    groups: [
      { kind: 'requests' as const, head: 'Requests', empty: 'What you ask in every engagement. Keep one from a request that worked, or write it here.', unthemed: 'every engagement', rows: requests.map((one) => ({ ...one, href: `/templates/requests/${one.id}`, about: kinds[one.kind], theme: themeOf(one) })) },
      { kind: 'attributes' as const, head: 'Tests', empty: 'Procedures and attributes for a theme, such as access of leavers. Keep them from a test that worked, or write them here.', unthemed: 'no control yet', rows: attributes.map((one) => ({ ...one, href: `/templates/attributes/${one.id}`, about: aboutOf(one), theme: themeOf(one) })) },
    ],
  }
}

export function requestPage(form: FormState, id: string | null, conflict = false) {
  return { ...editPage('requests', form, id, conflict), kinds: choicesOf(kinds) }
}

export function attributesPage(form: FormState, id: string | null, conflict = false) {
  const { values } = form
  const filled = (name: string) => String(values[name] ?? '')
  const count = (names: readonly string[], least: number) => Math.min(names.length, Math.max(least, names.findLastIndex((name) => filled(name) !== '') + 3))
  const steps = Array.from({ length: MOST_PROCEDURES }, (_, place) => ({ nature: `nature-${place + 1}`, words: `procedure-${place + 1}` }))
  const letters = LETTERS.map((letter) => ({ label: `Attribute ${letter}`, question: `question-${letter}`, expected: `expected-${letter}`, clause: `clause-${letter}`, problem: `problem-${letter}` }))
  return {
    ...editPage('attributes', form, id, conflict), natures: choicesOf(natures),
    steps: steps.slice(0, count(steps.map(({ words }) => words), 3)), letters: letters.slice(0, count(letters.map(({ question }) => question), 4)),
  }
}

/** What the templates would become here, each with what was made of it before. */
export function applyPage(scope: EngagementScope, uses: readonly Use[], { requests, lines }: Awaited<ReturnType<typeof listSources>>, conflict: string | null = null) {
  const base = `/engagements/${scope.engagement.id}`
  return {
    title: 'Apply templates', tab: 'requests' as const, base, action: `${base}/templates`, conflict, fresh: uses.filter(({ made }) => made === null).length, mayKeep: mayInFirm(scope.rank, 'template.keep'),
    engagement: scope.engagement.id,
    sources: {
      requests: requests.map(({ number, title }) => ({ value: requestNumber(number), label: `${requestNumber(number)} ${title}` })),
      tests: lines.map(({ control, sequence, title }) => ({ value: testReference(control, sequence), label: [testReference(control, sequence), title].filter(Boolean).join(' ') })),
    },
    requests: uses.flatMap((use): Line[] => use.of !== 'requests' ? [] : [{
      key: use.key, title: use.template.title, about: [kinds[use.template.kind], dueWords(use.template.dueDays, scope)].filter(Boolean).join(', '), controls: use.controls.map(({ number }) => number).join(', '), picked: use.made === null,
      made: use.made ? { href: `${base}/requests/${requestNumber(use.made.request ?? 0)}`, reference: requestNumber(use.made.request ?? 0) } : null,
    }]),
    lines: uses.flatMap((use): Line[] => {
      if (use.of !== 'attributes') return []
      const reference = testReference(use.control.number, use.made?.sequence ?? 0)
      return [{ key: use.key, title: use.template.title, about: aboutOf(use.template), controls: use.control.number, picked: use.made === null, made: use.made ? { href: `${base}/testing/${encodeURIComponent(reference)}`, reference } : null }]
    }),
  }
}

function editPage(kind: TemplateKind, form: FormState, id: string | null, conflict: boolean): EditPage {
  const base = `/templates/${kind}`
  return { title: id === null ? 'New template' : 'Template', frame: 'center', form, conflict, action: id === null ? base : `${base}/${id}`, removal: id === null ? null : `${base}/${id}/removal` }
}

function aboutOf({ procedures, attributes }: { readonly procedures: readonly unknown[], readonly attributes: readonly unknown[] }): string {
  return `${plural(procedures.length, 'procedure')}, ${plural(attributes.length, 'attribute')}`
}

function themeOf({ criteria, keywords }: { readonly criteria: readonly string[], readonly keywords: readonly string[] }): string {
  return [criteria.filter((id) => criterion(id)).join(', '), keywords.map((word) => `“${word}”`).join(', ')].filter(Boolean).join(' and ')
}

function dueWords(days: number | null, { engagement }: EngagementScope): string {
  const day = dueOn(days, engagement)
  return day === null ? '' : `due ${writeDate(day)}`
}
