import { Readable } from 'node:stream'
import { openLink } from '../evidence/link-actions.ts'
import { contribute, submit, type ArrivedFile } from '../evidence/answer-actions.ts'
import type { Statement } from '../evidence/rules.ts'
import { inScope } from '../database/connect.ts'
import { draftRequest, issue } from '../requests/actions.ts'
import { findControlIds, type RequestDraft } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { Act } from './acts.ts'
import type { Ask } from './asks.ts'
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
  /** How many points of the checklist there are; all are ticked. */
  readonly ticks: number
}

/** Drafts the request with that number, which must be the next one. */
export async function draft(stage: Stage, key: string, at: Date, number: number, kind: RequestDraft['kind'], ask: Ask, dueOn: string): Promise<void> {
  await stage.deeds.once('request.drafted', { number }, async () => {
    const scope = await as(stage, key, at)
    await inScope(stage.site.db, scope, async (trx) => draftRequest(trx, scope, { ...await draftOf(stage, ask, dueOn), kind, drawId: null }))
  })
}

/** What a draw or a draft asks for, with owner and controls found. */
export async function draftOf(stage: Stage, { title, ask, why, system, example, checklist, controls, owner }: Ask, dueOn: string): Promise<Omit<RequestDraft, 'kind' | 'drawId'>> {
  const found = await look(stage, async (trx, scope) => findControlIds(trx, scope, controls))
  return { title, ask, why, system, example, priority: 'normal', ownerId: actorOf(stage.company, owner).id, dueOn, controlIds: [...found.values()], checklist }
}

/** Issues requests one after another. */
export async function send(stage: Stage, key: string, at: Date, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) await stage.deeds.once('request.issued', { number }, async () => issue(stage.site, await as(stage, key, at), [number]))
}

/** The owner opens the newest link and uploads; then they state where it comes from and submit. */
export function answer(stage: Stage, answering: Answering): Act[] {
  const { site, deeds } = stage
  const { number, version, statement, words = '', ticks } = answering
  const once = async (run: () => Promise<unknown>) => deeds.once('request.submitted', { number, version }, run)
  return [
    { at: answering.openedAt, run: async (at) => once(async () => prepare(stage, number, at, typeof answering.files === 'function' ? await answering.files() : answering.files)) },
    { at: answering.submittedAt, run: async (at) => once(async () => {
      const owner = await byLink(stage, number, at)
      const ticked = Array.from({ length: ticks }, (_one, index) => index + 1)
      await contribute(site, owner, number, { files: [], answer: { answer: { ...statement, words, ticked }, claims: [], faults: {} } })
      await submit(site, owner, number)
    }) },
  ]
}

/** The owner opens the link and uploads, and leaves it at that. Doing it again adds nothing: the same bytes are not taken twice. */
export async function prepare(stage: Stage, number: number, at: Date, files: readonly Sent[]): Promise<void> {
  const { site, deeds } = stage
  const owner = await byLink(stage, number, at)
  await deeds.once('link.opened', { linkId: owner.actor.id }, async () => openLink(site, owner, { setCookie: () => null }))
  const arrived: ArrivedFile[] = []
  for (const { name, bytes, itemId } of files) arrived.push({ name, blob: await site.vault.store(Readable.from([Buffer.from(bytes)])), itemId: itemId ?? null })
  await contribute(site, { ...owner, at: new Date(at.getTime() + 4 * 60_000) }, number, { files: arrived, answer: null })
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
