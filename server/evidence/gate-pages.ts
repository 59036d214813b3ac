import { mayStill } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { requestNumber } from '../requests/rules.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { hasGate, listLeads, listWithLead } from './gate-store.ts'
import { listAsked } from './handover-store.ts'
import { listMatches, type Match } from './matches-store.ts'
import { listFiles } from './store.ts'

type Waiting = Omit<Awaited<ReturnType<typeof listWithLead>>[number], 'number'> & { readonly number: string, readonly href: string }
type Named = Omit<Awaited<ReturnType<typeof listAsked>>[number], 'number'> & { readonly number: string, readonly href: string }

export type GatePage = PageModel & {
  readonly base: string
  readonly on: boolean
  readonly lead: boolean
  readonly leads: readonly string[]
  readonly zone: string
  readonly waiting: readonly Waiting[]
  readonly named: readonly Named[]
  readonly form: FormState
  readonly choices: readonly { readonly value: string, readonly label: string, readonly hint: string }[]
}

type Side = { readonly name: string, readonly from: string, readonly at: Date, readonly picture: string | null, readonly href: string | null }

export type MatchesPage = PageModel & {
  readonly number: string
  readonly heading: string
  readonly back: string
  readonly zone: string
  readonly matches: readonly { readonly head: string, readonly text: string, readonly here: Side, readonly there: Side }[]
}

declare module '../web/view.ts' {
  interface Pages {
    'evidence/gate': GatePage
    'evidence/matches': MatchesPage
    'answer/handed': PageModel & { readonly to: string }
  }
}

/** Whether answers wait for the lead, and what waits for them now. */
export async function gatePage(trx: Tx, scope: EngagementScope): Promise<GatePage> {
  const base = `/engagements/${scope.engagement.id}`
  const lead = mayStill(scope, 'gate.decide')
  const on = await hasGate(trx, scope)
  const numbered = <R extends { readonly number: number }>(row: R) => ({ ...row, number: requestNumber(row.number), href: `${base}/requests/${requestNumber(row.number)}/answer` })
  return {
    title: 'Client review', tab: 'requests', base, on, lead, zone: scope.engagement.zone,
    leads: (await listLeads(trx, scope)).map(({ name }) => name),
    waiting: lead ? (await listWithLead(trx, scope)).map(numbered) : [],
    named: lead ? (await listAsked(trx, scope)).map(numbered) : [],
    form: formState({ gate: on ? 'on' : 'off' }),
    choices: [
      { value: 'off', label: 'Answers go straight to the auditor', hint: 'Owners submit, and the auditor looks at it next.' },
      { value: 'on', label: 'The compliance lead looks at them first', hint: 'Owners hand in, the lead sends on in their own name or gives back with a reason. The auditor sees nothing before that.' },
    ],
  }
}

/** Where else files of a request are, side by side. */
export async function matchesPage(trx: Tx, scope: EngagementScope, number: number): Promise<MatchesPage> {
  const request = await findRequest(trx, scope, number)
  const files = new Map((await listFiles(trx, scope, request.id)).map((file) => [file.id, file]))
  const requests = `/engagements/${scope.engagement.id}/requests`
  const here = `${requests}/${requestNumber(number)}`
  const matches = (await listMatches(trx, scope, request.id)).flatMap((match) => {
    const file = files.get(match.fileId)
    if (!file) return []
    const picture = file.preview === 'ready' && !file.withheld ? `${here}/files/${file.id}/preview` : null
    return [{ ...wordsOf(match), here: { name: file.name, from: `Here, ${requestNumber(number)}`, at: file.uploaded_at, picture, href: here }, there: sideOf(match, requests) }]
  })
  return { title: `${requestNumber(number)} elsewhere`, tab: 'requests', number: requestNumber(number), heading: request.title, back: scope.side === 'firm' ? here : `${here}/answer`, zone: scope.engagement.zone, matches }
}

export function handedPage(to: string): PageModel & { readonly to: string } {
  return { title: 'Handed on', to }
}

function wordsOf({ same, distance, other }: Match): { head: string, text: string } {
  const where = other.year === null ? requestNumber(other.number) : `another year of this client (to ${other.year.slice(0, 4)})`
  if (same) return { head: 'The very same file', text: `It was given for ${where} too. That may be right: one file may serve many requests.` }
  return { head: 'Nearly the same picture', text: `It differs in ${distance} of 256 points from one given for ${where}. Look whether its date and its value are its own.` }
}

function sideOf({ other }: Match, requests: string): Side {
  const number = requestNumber(other.number)
  const inside = other.year === null
  return {
    name: other.name, at: other.at, from: `${number} ${other.title}${inside ? '' : `, year to ${other.year}`}`,
    picture: inside && other.picture ? `${requests}/${number}/files/${other.id}/preview` : null,
    href: inside ? `${requests}/${number}` : null,
  }
}
