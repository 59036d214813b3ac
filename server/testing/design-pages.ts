import { may } from '../access/policy.ts'
import { frequencyPhrase, frequencyWords, natureWords } from '../controls/rules.ts'
import { findControl } from '../controls/store.ts'
import type { Tx } from '../database/connect.ts'
import type { Conclusion, DesignConclusion } from '../database/schema/testing.ts'
import { requestNumber } from '../requests/rules.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import { writeDate } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import { designRemark } from './design.ts'
import { listDesigns, type DesignRow } from './design-store.ts'
import { listTested } from './grid-store.ts'
import { asStanding, closed, writeSpan } from './line-pages.ts'
import { listMissing } from './lines-actions.ts'
import { itemWords } from './lines.ts'
import { findSpan, listPapers } from './lines-store.ts'
import { kindWords, testReference } from './rules.ts'
import { listLines, listSignOffs, type LineRow } from './store.ts'

type LineCard = { readonly reference: string, readonly href: string, readonly heading: string, readonly kind: string, readonly span: string, readonly items: string, readonly conclusion: Conclusion | 'not_concluded', readonly prepared: string | null, readonly reviewed: string | null, readonly next: { readonly words: string, readonly href: string } | null }

type DesignCard = {
  readonly conclusion: DesignConclusion
  readonly lookedAt: string
  readonly request: { readonly number: string, readonly title: string, readonly href: string } | null
  readonly deficiency: string
  readonly seen: string | null
  readonly prepared: { readonly name: string, readonly at: Date }
  readonly reviewed: { readonly name: string, readonly at: Date } | null
  readonly voided: { readonly by: string, readonly at: Date | null, readonly reason: string } | null
  readonly wordingVersion: number
}

export type ControlTestPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly control: string
  readonly controlHref: string
  readonly wording: string
  readonly wordingVersion: number
  readonly facts: string
  readonly typeOne: boolean
  readonly zone: string
  readonly lines: readonly LineCard[]
  readonly proposals: readonly string[]
  readonly design: DesignCard | null
  readonly former: readonly DesignCard[]
  readonly remark: string | null
  readonly form: FormState
  readonly papers: readonly Choice[]
  readonly mayEdit: boolean
  readonly mayReview: boolean
  readonly ownWork: boolean
  readonly open: boolean
  readonly conclusions: readonly Choice[]
}

declare module '../web/view.ts' {
  interface Pages {
    'testing/control': ControlTestPage
  }
}

/** A control's tests: the evaluation of its design and its lines, each with what comes next. `open` shows the form of the evaluation. */
export async function controlTestPage(trx: Tx, scope: EngagementScope, number: string, form: FormState, open: boolean): Promise<ControlTestPage> {
  const base = `/engagements/${scope.engagement.id}`
  const control = await findControl(trx, scope, number)
  const here = `${base}/testing/controls/${encodeURIComponent(number)}`
  const designs = await listDesigns(trx, scope, control.id)
  const current = designs.find((one) => one.voided_at === null && one.wording_version === control.wordingVersion)
  const items = await listTested(trx, scope)
  const lines = (await listLines(trx, scope)).filter((line) => line.control_id === control.id)
  const mayEdit = may(scope.role, 'test.edit') && !closed(scope)
  const concluded = current !== undefined && current.conclusion !== 'not_evaluated'
  return {
    title: `Tests of ${number}`, tab: 'testing', base, here, control: number, controlHref: `${base}/controls/${encodeURIComponent(number)}`, wording: control.wording, wordingVersion: control.wordingVersion,
    facts: [frequencyPhrase(control.frequencies), natureWords[control.nature], control.ownerTitle].filter(Boolean).join(' · '),
    typeOne: scope.engagement.type === 1, zone: scope.engagement.zone,
    lines: await Promise.all(lines.map(async (line) => lineCard(trx, scope, line, base, items.get(line.id)?.length ?? 0))),
    proposals: (await listMissing(trx, scope)).filter((one) => one.control.id === control.id).flatMap(({ proposals }) => proposals.map(({ frequency }) => frequency === null ? 'One test' : frequencyWords[frequency])),
    design: current ? { ...designCard(current, base), voided: null } : null, former: designs.filter((one) => one !== current).map((one) => designCard(one, base)), remark: designRemark(current && asStanding(current)),
    form, papers: (await listPapers(trx, scope, control.id)).map((paper) => ({ value: paper.id, label: `${requestNumber(paper.number)} ${paper.title}` })),
    mayEdit, mayReview: concluded && current.reviewed_at === null && mayEdit && may(scope.role, 'test.review') && current.prepared_by !== personOf(scope),
    ownWork: concluded && current.reviewed_at === null && current.prepared_by === personOf(scope), open: mayEdit && (open || current === undefined || form.summary.length > 0),
    conclusions: [
      { value: 'suitable', label: 'Suitably designed', hint: 'Run as written by competent people, it meets its criteria.' },
      { value: 'deficient', label: 'Deficient', hint: 'Even run as written, it misses something its criteria need.' },
      { value: 'not_evaluated', label: 'Not concluded yet', hint: 'Keep what was looked at; nothing is concluded from it so far.' },
    ],
  }
}

/** What the form of the evaluation starts from: what stands. */
export async function designValues(trx: Tx, scope: EngagementScope, number: string): Promise<Record<string, string>> {
  const control = await findControl(trx, scope, number)
  const current = (await listDesigns(trx, scope, control.id)).find((one) => one.voided_at === null)
  if (!current) return {}
  return {
    lookedAt: current.looked_at, requestId: current.request_id ?? '', conclusion: current.wording_version === control.wordingVersion ? current.conclusion : 'not_evaluated',
    deficiency: current.wording_version === control.wordingVersion ? current.deficiency : '', ...current.implemented ? { implemented: 'on' } : {}, seenOn: current.seen_on ?? '',
  }
}

async function lineCard(trx: Tx, scope: EngagementScope, line: LineRow, base: string, items: number): Promise<LineCard> {
  const reference = testReference(line.control_number, line.sequence)
  const href = `${base}/testing/${encodeURIComponent(reference)}`
  const span = await findSpan(trx, scope, line)
  const standing = (await listSignOffs(trx, scope, line.id)).filter(({ voided_at: voided }) => voided === null)
  const [prepared, reviewed] = [standing.find(({ kind }) => kind === 'prepared'), standing.find(({ kind }) => kind === 'reviewed')]
  const words = itemWords[line.kind]
  return {
    reference, href, heading: line.title || (line.frequency ? frequencyWords[line.frequency] : ''), kind: kindWords[line.kind], span: writeSpan(span),
    items: line.no_occurrence ? 'Nothing occurred' : items === 0 ? '–' : line.kind === 'sample' ? `${items} ${line.item_noun}` : `${items} ${items === 1 ? words.one : words.many}`,
    conclusion: line.conclusion ?? 'not_concluded', prepared: prepared?.name ?? null, reviewed: reviewed?.name ?? null,
    next: reviewed ? null : line.rollforward_due ? { words: 'Roll it forward', href: `${href}/rollforward` }
      : items === 0 && !line.no_occurrence ? line.kind === 'sample' ? { words: 'Draw its items', href: `${base}/populations` } : { words: `Enter its ${words.one}`, href: `${href}/entries` }
      : prepared ? { words: 'Review it', href: `${href}#sign-off` } : { words: line.conclusion === null ? 'Test its items' : 'Sign it', href: line.conclusion === null ? href : `${href}#sign-off` },
  }
}

function designCard(row: DesignRow, base: string): DesignCard {
  return {
    conclusion: row.conclusion, lookedAt: row.looked_at, deficiency: row.deficiency, wordingVersion: row.wording_version, seen: row.seen_on && writeDate(row.seen_on),
    request: row.request_number === null ? null : { number: requestNumber(row.request_number), title: row.request_title ?? '', href: `${base}/requests/${requestNumber(row.request_number)}` },
    prepared: { name: row.preparer, at: row.prepared_at }, reviewed: row.reviewer === null ? null : { name: row.reviewer, at: row.reviewed_at! },
    voided: row.voided_at === null ? { by: '', at: null, reason: 'The control was reworded' } : { by: row.voider ?? '', at: row.voided_at, reason: row.void_reason },
  }
}
