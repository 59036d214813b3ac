import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { SubmissionTable } from '../database/schema/evidence.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { readForm, several } from '../web/form.ts'
import { momentOf, type Answer } from './rules.ts'
import { readWhys, whyField, type Why } from './warnings.ts'

type Fields = Readonly<Record<string, string | readonly string[]>>

export type Claim = { readonly itemId: string, readonly claim: 'not_applicable' | 'cannot_provide', readonly words: string }

/** What a form said, as far as it can be kept, and one sentence for each field that cannot. */
export type ReadAnswer = { readonly answer: Answer, readonly claims: readonly Claim[], readonly whys?: readonly Why[], readonly faults: Readonly<Record<string, string>> }

const text = (longest: number) => z.string().transform((typed) => typed.replaceAll('\0', '').slice(0, longest)).catch('')

const schema = z.object({
  system: text(300), query: text(20_000), by: text(200), at: text(40), zone: text(60), rows: text(40),
  edited: z.enum(['no', 'yes']).optional().catch(undefined), edits: text(2000), words: text(20_000),
  proposal: z.enum(['not_applicable', 'cannot_provide']).nullable().catch(null), proposalWords: text(2000), address: text(2000),
  tick: several(z.coerce.number().int().min(1).max(100).catch(0)),
})

/** Reads whatever has been typed so far; nothing is demanded yet, so an unfinished answer can be kept. */
export function readAnswer(body: Fields): ReadAnswer {
  const form = readForm(schema, body)
  const faults: Record<string, string> = {}
  const rows = readCount(form.rows)
  if (rows === undefined) faults['rows'] = 'Give the number of rows as a whole number, such as 1284.'
  if (form.at !== '' && momentOf({ at: form.at, zone: 'UTC' }) === null) faults['at'] = 'Give a date and a time, such as 2026-10-19 09:31.'
  if (form.zone !== '' && !isZone(form.zone)) faults['zone'] = 'Choose a time zone from the list.'
  if (form.address !== '' && !isWebAddress(form.address)) faults['address'] = 'Give a whole web address, such as https://wiki.example.com/page.'
  return {
    answer: {
      system: form.system, query: form.query, by: form.by, at: faults['at'] ? '' : form.at, zone: faults['zone'] ? '' : form.zone, rows: rows ?? null,
      edits: form.edited === 'no' ? 'none' : form.edited === 'yes' ? form.edits : '', words: form.words,
      ticked: [...new Set(form.tick)].filter((position) => position > 0).toSorted((a, b) => a - b),
      proposal: form.proposal && { claim: form.proposal, words: form.proposalWords }, address: faults['address'] ? '' : form.address,
    },
    claims: readClaims(body),
    whys: readWhys(body),
    faults,
  }
}

/** Whether a form holds anything of the answer: an upload by itself does not. */
export function holdsAnswer(body: Fields): boolean {
  return Object.keys(body).some((name) => Object.hasOwn(schema.shape, name) || name.startsWith('claim-') || name.startsWith('why-'))
}

type Stored = Pick<Selectable<SubmissionTable>, 'source_system' | 'query' | 'generated_by' | 'generated_at' | 'generated_zone' | 'row_count' | 'edits' | 'answer' | 'ticked' | 'proposal' | 'proposal_words' | 'address'>

/** What is stored of an answer, as it was typed. */
export function answerOf(row: Stored): Answer {
  return {
    system: row.source_system, query: row.query, by: row.generated_by, at: row.generated_at, zone: row.generated_zone,
    rows: row.row_count, edits: row.edits, words: row.answer, ticked: row.ticked,
    proposal: row.proposal && { claim: row.proposal, words: row.proposal_words }, address: row.address,
  }
}

/** What a first answer starts from, so that a phone need not type it: the system asked about, who answers, and the engagement's zone. */
export function firstAnswer(scope: EngagementScope, system: string): Answer {
  return { system, query: '', by: personOf(scope) ? scope.actor.name : '', at: '', zone: scope.engagement.zone, rows: null, edits: '', words: '', ticked: [] }
}

/** The values of the form that shows an answer again. */
export function formValues(answer: Answer, claims: readonly Claim[], whys: readonly Why[] = []): Record<string, string | string[]> {
  return {
    system: answer.system, query: answer.query, by: answer.by, at: answer.at, zone: answer.zone, rows: answer.rows === null ? '' : String(answer.rows),
    edited: answer.edits === '' ? '' : answer.edits === 'none' ? 'no' : 'yes', edits: answer.edits === 'none' ? '' : answer.edits,
    words: answer.words, tick: answer.ticked.map(String),
    proposal: answer.proposal?.claim ?? '', proposalWords: answer.proposal?.words ?? '', address: answer.address ?? '',
    // The newest word on the same thing stands last here, so that it is the one shown.
    ...Object.fromEntries(whys.toReversed().map((why) => [whyField(why), why.words])),
    ...Object.fromEntries(claims.flatMap(({ itemId, claim, words }) => [[`claim-${itemId}`, claim], [`words-${itemId}`, words]])),
  }
}

function readCount(typed: string): number | null | undefined {
  if (typed === '') return null
  const digits = typed.replace(/(?<=\d)[ ,.'’](?=\d{3}(\D|$))/g, '')
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined
}

function isZone(zone: string): boolean {
  return momentOf({ at: '2026-01-01T00:00', zone }) !== null
}

function isWebAddress(typed: string): boolean {
  const url = URL.parse(typed)
  return url !== null && /^https?:$/.test(url.protocol) && /^https?:\/\/[^\s"<>\\^`{|}]+$/.test(typed)
}

function readClaims(body: Fields): Claim[] {
  return Object.entries(body).flatMap(([name, claim]) => {
    const itemId = /^claim-([0-9a-f-]{36})$/.exec(name)?.[1]
    if (itemId === undefined || (claim !== 'not_applicable' && claim !== 'cannot_provide')) return []
    const words = body[`words-${itemId}`]
    return [{ itemId, claim, words: typeof words === 'string' ? words.replaceAll('\0', '').trim().slice(0, 2000) : '' }]
  })
}
