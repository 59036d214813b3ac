import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLink } from '../evidence/link-actions.ts'
import { contribute, submit, type ArrivedFile } from '../evidence/answer-actions.ts'
import type { Statement } from '../evidence/rules.ts'
import type { Why } from '../evidence/warnings.ts'
import { inScope } from '../database/connect.ts'
import { draftRequest, issue } from '../requests/actions.ts'
import { findControlIds, type RequestDraft } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { Act } from './acts.ts'
import type { Ask } from './ask.ts'
import { keyOf } from './people.ts'
import { actorOf, as, byLink, look, type Stage } from './stage.ts'

/** A file of an answer: bytes as they are sent, for one item of a sample or for the whole request. */
export type Sent = { readonly name: string, readonly bytes: string | Buffer, readonly itemId?: string }

export type Answering = {
  readonly number: number
  readonly version: number
  readonly openedAt: Date
  readonly submittedAt: Date
  readonly files: readonly Sent[] | (() => Promise<readonly Sent[]>)
  readonly statement: Statement
  readonly words?: string
  /** Words with which a warning on a file is let stand. */
  readonly overruled?: readonly { readonly file: string, readonly code: Why['code'], readonly words: string }[]
  /** Whether the client's lead looks at it before the firm does. */
  readonly toLead?: boolean
  /** How many points of the checklist there are; all are ticked. */
  readonly ticks: number
}

/** Drafts what is asked for, which must be the next number. */
export async function draft(stage: Stage, key: string, at: Date, ask: Ask): Promise<void> {
  const { number, kind } = ask
  await stage.deeds.once('request.drafted', { number }, async () => {
    const scope = await as(stage, key, at)
    await inScope(stage.site.db, scope, async (trx) => draftRequest(trx, scope, { ...await draftOf(stage, ask), kind, drawId: null }))
  })
}

/** What a draw or a draft asks for, with owner and controls found. */
export async function draftOf(stage: Stage, { title, ask, why, system, example, checklist, controls, owner, dueOn }: Ask): Promise<Omit<RequestDraft, 'kind' | 'drawId'>> {
  const found = await look(stage, async (trx, scope) => findControlIds(trx, scope, controls))
  return { title, ask, why, system, example, priority: 'normal', ownerId: actorOf(stage.company, keyOf(owner)).id, dueOn, controlIds: [...found.values()], checklist }
}

/** Issues requests in one act. */
export async function send(stage: Stage, key: string, at: Date, numbers: readonly number[]): Promise<void> {
  await stage.deeds.once('request.issued', { number: numbers[0] }, async () => issue(stage.site, await as(stage, key, at), numbers))
}

/** The owner opens the newest link and uploads; then they state where it comes from and submit. */
export function answer(stage: Stage, answering: Answering): Act[] {
  const { site, deeds } = stage
  const { number, version, statement, words = '', ticks } = answering
  const sent = async () => typeof answering.files === 'function' ? await answering.files() : answering.files
  const once: Once = async (run) => deeds.once(answering.toLead ? 'request.handed_to_lead' : 'request.submitted', { number, version }, run)
  return [
    ...prepare(stage, number, answering.openedAt, sent, once),
    { at: answering.submittedAt, run: async (at) => once(async () => {
      const owner = await byLink(stage, number, at)
      const ticked = Array.from({ length: ticks }, (_one, index) => index + 1)
      const whys = answering.overruled === undefined ? [] : whysOn(answering.overruled, await sent())
      await untilLookedAt(stage, number)
      await contribute(site, owner, number, { files: [], answer: { answer: { ...statement, words, ticked }, claims: [], whys, faults: {} } })
      await submit(site, owner, number)
    }) },
  ]
}

/** The owner opens the link and uploads four minutes later, and leaves it at that. */
export function prepare(stage: Stage, number: number, openedAt: Date, files: () => Promise<readonly Sent[]>, once: Once): Act[] {
  const { site, deeds } = stage
  return [
    { at: openedAt, run: async (at) => once(async () => {
      const owner = await byLink(stage, number, at)
      await deeds.once('link.opened', { linkId: owner.actor.id }, async () => openLink(site, owner, { setCookie: () => null }))
    }) },
    { at: new Date(openedAt.getTime() + 4 * 60_000), run: async (at) => once(async () => {
      const owner = await byLink(stage, number, at)
      const arrived: ArrivedFile[] = []
      for (const { name, bytes, itemId } of await files()) arrived.push({ name, blob: await site.vault.store(Readable.from([Buffer.from(bytes)])), itemId: itemId ?? null })
      // The same bytes are not taken twice.
      await contribute(site, owner, number, { files: arrived, answer: null })
    }) },
  ]
}

type Once = (run: () => Promise<unknown>) => Promise<void>

/** Waits until every file of the request has been looked at, as whoever reads the warnings before sending would. */
async function untilLookedAt(stage: Stage, number: number): Promise<void> {
  const patience = AbortSignal.timeout(60_000)
  for (;;) {
    const waiting = await look(stage, async (trx, scope) => trx.selectFrom('evidence_file')
      .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'evidence_file.engagement_id').onRef('request.id', '=', 'evidence_file.request_id'))
      .select('evidence_file.id').where('evidence_file.engagement_id', '=', scope.engagement.id)
      .where('request.number', '=', number).where('evidence_file.preview', '=', 'pending').limit(1).executeTakeFirst())
    if (!waiting) return
    if (patience.aborted) throw new Error('The files were not looked at within a minute')
    await sleep(20)
  }
}

function whysOn(overruled: NonNullable<Answering['overruled']>, files: readonly Sent[]): Why[] {
  return overruled.map(({ file, code, words }) => {
    const bytes = files.find(({ name }) => name === file)?.bytes ?? ''
    return { code, words, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
}

/** Id of a request by its number. */
export async function requestOf(stage: Stage, number: number): Promise<string> {
  const { id } = await look(stage, async (trx, scope) => trx.selectFrom('request').select('id').where('engagement_id', '=', scope.engagement.id).where('number', '=', number).executeTakeFirstOrThrow())
  return id
}

/** Id of a file by its name, in that version of the answer to a request. */
export async function findSent(stage: Stage, number: number, version: number, name: string): Promise<string> {
  const { id } = await look(stage, async (trx, scope: EngagementScope) => trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'evidence_file.engagement_id').onRef('request.id', '=', 'evidence_file.request_id'))
    .select('evidence_file.id').where('evidence_file.engagement_id', '=', scope.engagement.id)
    .where('request.number', '=', number).where('submission.number', '=', version).where('evidence_file.name', '=', name).executeTakeFirstOrThrow())
  return id
}

/** Ids of the files of the newest answer to a request, by name. */
export async function filesOfAnswer(stage: Stage, number: number): Promise<Map<string, string>> {
  const rows = await look(stage, async (trx, scope: EngagementScope) => trx.selectFrom('evidence_file')
    .innerJoin('submission', (join) => join.onRef('submission.engagement_id', '=', 'evidence_file.engagement_id').onRef('submission.id', '=', 'evidence_file.submission_id'))
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'evidence_file.engagement_id').onRef('request.id', '=', 'evidence_file.request_id'))
    .select(['evidence_file.id', 'evidence_file.name']).where('evidence_file.engagement_id', '=', scope.engagement.id)
    .where('request.number', '=', number).where('submission.status', 'in', ['submitted', 'accepted']).orderBy('submission.number').execute())
  return new Map(rows.map(({ id, name }) => [name, id]))
}
