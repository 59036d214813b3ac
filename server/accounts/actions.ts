import { personScope } from '../access/session.ts'
import { inScope, type Db, type Tx } from '../database/connect.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../errors.ts'
import { post } from '../mail/outbox.ts'
import type { FirmRank, PersonScope, Scope } from '../scope.ts'
import { hashToken, newToken, type Sealer } from '../secrets.ts'
import { record } from '../trail/record.ts'
import { forgetAttempts, limits, takeAttempt } from './attempts.ts'
import { hashPassword, refusePassword } from './passwords.ts'
import { INVITATION_DAYS, mayHandleRank, oneLine, refuseRemoval, refuseTwoStepRemoval, RESET_HOURS } from './rules.ts'
import { strangerScope } from './sign-in-actions.ts'
import {
  closeAccount, deleteSessions, findAccount, findFirm, findIdByEmail, findInvitation, findOrganization, findStanding, insertInvitation,
  insertOrganization, insertPerson, lockPerson, removeTwoStepOf, savePassword, useInvitation, wasInvited, type Account, type FoundInvitation,
} from './store.ts'

export type NewPerson = { readonly organizationId: string, readonly email: string, readonly name: string, readonly title: string, readonly rank: FirmRank | null }

/** Where a token of a mail leads: to an account, or to the reason why not. */
export type Welcome = { readonly state: 'unknown' | 'used' | 'expired' } | { readonly state: 'open', readonly account: Account }

/**
 * Makes a person of the firm (with a rank) or of a client (without) and returns their id. `email` is valid and lower
 * case. Throws Invalid for `email` when it belongs to somebody, whom the message does not name; Forbidden for a rank
 * above the caller's; NotFound for an organization out of scope.
 */
export async function addPerson(trx: Tx, scope: Scope, person: NewPerson): Promise<string> {
  const organization = isInReach(scope, person.organizationId) ? await findOrganization(trx, person.organizationId) : null
  if (!organization) throw new NotFound()
  const ranked = person.rank !== null
  if (ranked !== (organization.kind === 'firm')) throw new Invalid({ rank: 'People of the firm have a rank, people of a client do not.' })
  if (person.rank !== null && !mayHandleRank(scope.rank, person.rank)) throw new Forbidden('Only a partner adds a partner.')
  const name = oneLine(person.name)
  if (name === '') throw new Invalid({ name: 'Enter the name.' })
  const id = await insertPerson(trx, { ...person, email: person.email.toLowerCase(), name, title: oneLine(person.title) })
  if (id === null) throw new Invalid({ email: 'This address already belongs to somebody. If you see them in a list here, choose them there; otherwise use another address.' })
  return id
}

/** Makes a client and returns its id. */
export async function addClient(trx: Tx, scope: Scope, name: string): Promise<string> {
  const organizationId = await insertOrganization(trx, { kind: 'client', name: oneLine(name) })
  await record(trx, outsideEngagement(scope), { kind: 'client.added', facts: { organizationId }, detail: { name: oneLine(name) } })
  return organizationId
}

/**
 * Mails somebody the way to an account of their own, good once and for seven days. Inside an engagement the mail speaks
 * of its client. Call it before recording in the engagement's log: it writes to the firm's. Throws Refused for who has
 * an account or was removed.
 */
export async function sendInvitation(trx: Tx, scope: Scope, sealer: Sealer, personId: string): Promise<void> {
  const person = await lockPerson(trx, personId)
  if (!person) throw new NotFound()
  if (person.removed) throw new Refused(`${person.name} was removed and can no longer be invited.`)
  if (await findStanding(trx, personId) === 'active') throw new Refused(`${person.name} has an account already and can sign in. A forgotten password is set anew from the sign-in page.`)
  const token = newToken()
  await insertInvitation(trx, { personId, purpose: 'invitation', tokenHash: hashToken(token), hours: INVITATION_DAYS * 24 })
  await post(trx, scope, sealer, {
    to: personId, template: 'invitation', link: `/invitations/${token}`,
    facts: { firm: (await findFirm(trx))?.name ?? '', from: scope.actor.name, client: person.side === 'client' ? scope.engagement?.client ?? null : null, days: INVITATION_DAYS },
  })
  await record(trx, outsideEngagement(scope), { kind: 'account.invited', facts: { personId } })
}

/** Takes an account away at once: its sessions end, its invitations are void; what the person did and has open stays. */
export async function removePerson(trx: Tx, scope: PersonScope, personId: string): Promise<void> {
  const person = await lockPerson(trx, personId)
  if (!person || person.side !== 'firm') throw new NotFound()
  refuseRemoval({ id: scope.actor.id, rank: scope.rank }, person)
  if (person.removed) throw new Refused(`${person.name} was removed already.`)
  await closeAccount(trx, personId)
  await record(trx, outsideEngagement(scope), { kind: 'account.removed', facts: { personId } })
}

/**
 * Lets somebody of the firm who lost phone and recovery codes in again: their second step, its codes and their sessions
 * end, and they set up a new one at the next sign-in. Tells them so by mail. Throws Refused where no second step stands.
 */
export async function takeAwayTwoStep(trx: Tx, scope: PersonScope, sealer: Sealer, personId: string): Promise<void> {
  const person = await lockPerson(trx, personId)
  if (!person || person.side !== 'firm') throw new NotFound()
  refuseTwoStepRemoval({ id: scope.actor.id, rank: scope.rank }, person)
  if (person.removed) throw new Refused(`${person.name} was removed and can no longer sign in.`)
  if (await removeTwoStepOf(trx, personId) === null) throw new Refused(`${person.name} has no second step now. Whoever of the firm has none sets it up at the next sign-in.`)
  // Wrong codes typed in distress must not keep them from setting up a new one.
  await forgetAttempts(trx, limits.secondStep(personId))
  await post(trx, scope, sealer, { to: personId, template: 'two_step_removed', facts: { firm: (await findFirm(trx))?.name ?? '', from: scope.actor.name } })
  await record(trx, outsideEngagement(scope), { kind: 'account.two_step_removed', facts: { personId } })
}

/** Who stands behind a token of a mail. Changes nothing. */
export async function openInvitation(db: Db, purpose: FoundInvitation['purpose'], token: string, address: string): Promise<Welcome> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return { state: 'unknown' }
  const found = await inScope(db, strangerScope(address), async (trx) => findInvitation(trx, hashToken(token)))
  if (!found || found.purpose !== purpose) return { state: 'unknown' }
  if (found.state !== 'open') return { state: found.state }
  const scope = personScope({ id: found.personId, name: '' }, address)
  const account = await inScope(db, scope, async (trx) => findAccount(trx, found.personId))
  return account && !account.removed ? { state: 'open', account } : { state: 'used' }
}

/**
 * Sets the password behind a token, which is used up, and ends every session of the person. Throws Invalid for a
 * password that cannot be taken. Begins no session and leaves the second step as it was.
 */
export async function setPassword(db: Db, purpose: FoundInvitation['purpose'], token: string, password: string, address: string): Promise<Welcome> {
  const welcome = await openInvitation(db, purpose, token, address)
  if (welcome.state !== 'open') return welcome
  const { account } = welcome
  const problem = refusePassword(password, account)
  if (problem) throw new Invalid({ password: problem })
  const passwordHash = await hashPassword(password)
  const scope = personScope(account, address)
  return await inScope(db, scope, async (trx) => {
    if (!await useInvitation(trx, account.id, hashToken(token))) return { state: 'used' }
    await savePassword(trx, account.id, passwordHash)
    await deleteSessions(trx, account.id, {})
    await forgetAttempts(trx, limits.signIn(account.email))
    await record(trx, scope, { kind: purpose === 'invitation' ? 'account.invitation_accepted' : 'account.password_reset', facts: {} })
    return welcome
  })
}

/** Mails the way to a new password, if the address has an account; the caller learns nothing of that. */
export async function askPasswordReset(db: Db, sealer: Sealer, email: string, address: string): Promise<void> {
  const stranger = strangerScope(address)
  const [free, personId] = await inScope(db, stranger, async (trx) => [
    await takeAttempt(trx, limits.reset(email), limits.resetFrom(address)),
    await findIdByEmail(trx, email),
  ] as const)
  if (!free || personId === null) return
  await inScope(db, personScope({ id: personId, name: '' }, address), async (trx) => {
    const account = await findAccount(trx, personId)
    if (!account || account.removed || !await wasInvited(trx, personId)) return
    const token = newToken()
    await insertInvitation(trx, { personId, purpose: 'password_reset', tokenHash: hashToken(token), hours: RESET_HOURS })
    await post(trx, stranger, sealer, { to: personId, template: 'password_reset', facts: { hours: RESET_HOURS }, link: `/password-reset/${token}` })
    await record(trx, { ...stranger, actor: { kind: 'job', name: 'password_reset' } }, { kind: 'account.password_reset_asked', facts: { personId } })
  })
}

/** Inside an engagement its two sides; outside, the firm reaches every client, a client only itself. */
function isInReach({ side, organizationId, engagement }: Scope, wanted: string): boolean {
  if (engagement) return wanted === organizationId || wanted === engagement.clientId
  return side !== 'client' || wanted === organizationId
}

/** What concerns an account stands in the firm's log, wherever it was done. */
function outsideEngagement(scope: Scope): Scope {
  return { ...scope, engagement: null, role: null }
}
