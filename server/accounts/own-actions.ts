import { inScope, type Db, type Tx } from '../database/connect.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import type { PersonScope } from '../scope.ts'
import type { Sealer } from '../secrets.ts'
import { record } from '../trail/record.ts'
import { forgetAttempts, limits, takeAttempt } from './attempts.ts'
import { hashPassword, isRightPassword, refusePassword } from './passwords.ts'
import {
  clearTwoStep, countRecoveryCodes, deleteSessions, findAccount, listSessions, replaceRecoveryCodes, savePassword, saveTwoStep, voidInvitations, type Account, type OwnSession,
} from './store.ts'
import { hashRecoveryCode, newRecoveryCodes, stepOf } from './two-step.ts'

export type OwnAccount = { readonly account: Account, readonly sessions: readonly OwnSession[], readonly codesLeft: number }

/** Everything a person's own page shows. */
export async function readOwnAccount(db: Db, scope: PersonScope): Promise<OwnAccount> {
  return await inScope(db, scope, async (trx) => {
    const account = await ownAccount(trx, scope)
    return { account, sessions: await listSessions(trx, account.id, account.side), codesLeft: await countRecoveryCodes(trx, account.id) }
  })
}

/**
 * Sets up the second step with a key the person has put into an authenticator, proved by a code of it. Returns the ten
 * recovery codes, which nobody can read again. Ends every session but `session`.
 */
export async function setUpTwoStep(db: Db, sealer: Sealer, scope: PersonScope, typed: { key: string, code: string }, session: string): Promise<string[]> {
  await takeTurn(db, scope, 'second')
  const step = stepOf(typed.key, typed.code, new Date())
  if (step === null) throw new Invalid({ code: 'This code is not right, or its time is over. Type the one your app shows now; the clock of the phone must be right.' })
  const codes = newRecoveryCodes()
  await inScope(db, scope, async (trx) => {
    if (!await saveTwoStep(trx, scope.actor.id, sealer.seal('two-step', typed.key), step)) throw new Refused('Two-step sign-in is already set up.')
    await replaceRecoveryCodes(trx, scope.actor.id, codes.map((code) => hashRecoveryCode(scope.actor.id, code)))
    await deleteSessions(trx, scope.actor.id, { but: session })
    await forgetAttempts(trx, limits.secondStep(scope.actor.id))
    await record(trx, scope, { kind: 'account.two_step_set', facts: {} })
  })
  return codes
}

/** Ten new recovery codes in place of the old ones, which stop working. */
export async function renewRecoveryCodes(db: Db, scope: PersonScope, password: string): Promise<string[]> {
  await provePassword(db, scope, password, 'password')
  const codes = newRecoveryCodes()
  await inScope(db, scope, async (trx) => {
    const account = await ownAccount(trx, scope)
    if (!account.twoStep) throw new Refused('Two-step sign-in is not set up, so there is nothing to recover.')
    await replaceRecoveryCodes(trx, account.id, codes.map((code) => hashRecoveryCode(account.id, code)))
    await record(trx, scope, { kind: 'account.two_step_set', facts: {}, detail: { what: 'new recovery codes' } })
  })
  return codes
}

/** Takes the second step away; the firm's people may not. */
export async function removeTwoStep(db: Db, scope: PersonScope, password: string): Promise<void> {
  if (scope.side === 'firm') throw new Refused('The firm’s people always sign in with two steps.')
  await provePassword(db, scope, password, 'password')
  await inScope(db, scope, async (trx) => {
    await clearTwoStep(trx, scope.actor.id)
    await record(trx, scope, { kind: 'account.two_step_removed', facts: {} })
  })
}

/** Changes the password and ends every session but `session`, and every mailed way to set another. */
export async function changePassword(db: Db, scope: PersonScope, typed: { old: string, fresh: string }, session: string): Promise<void> {
  const account = await provePassword(db, scope, typed.old, 'old')
  const problem = refusePassword(typed.fresh, account)
  if (problem) throw new Invalid({ fresh: problem })
  const passwordHash = await hashPassword(typed.fresh)
  await inScope(db, scope, async (trx) => {
    await savePassword(trx, account.id, passwordHash)
    await voidInvitations(trx, account.id)
    await deleteSessions(trx, account.id, { but: session })
    await record(trx, scope, { kind: 'account.password_reset', facts: {}, detail: { how: 'changed by its owner' } })
  })
}

/** Ends one of the person's sessions. */
export async function endSession(db: Db, scope: PersonScope, session: string): Promise<void> {
  await inScope(db, scope, async (trx) => {
    if (await deleteSessions(trx, scope.actor.id, { only: session }) === 0) throw new NotFound('This session has ended already.')
    await record(trx, scope, { kind: 'account.signed_out', facts: { sessions: 'one' } })
  })
}

/** Signs the person out everywhere. */
export async function endSessions(db: Db, scope: PersonScope): Promise<void> {
  await inScope(db, scope, async (trx) => {
    await deleteSessions(trx, scope.actor.id, {})
    await record(trx, scope, { kind: 'account.signed_out', facts: { sessions: 'all' } })
  })
}

/** Throws Invalid for `field` unless the password is the person's own. */
async function provePassword(db: Db, scope: PersonScope, password: string, field: string): Promise<Account> {
  await takeTurn(db, scope, 'password', field)
  const account = await inScope(db, scope, async (trx) => ownAccount(trx, scope))
  if (!await isRightPassword(account.passwordHash, password)) throw new Invalid({ [field]: 'This is not your present password.' })
  await inScope(db, scope, async (trx) => forgetAttempts(trx, limits.password(scope.actor.id)))
  return account
}

async function takeTurn(db: Db, scope: PersonScope, what: 'second' | 'password', field = 'code'): Promise<void> {
  const limit = what === 'second' ? limits.secondStep(scope.actor.id) : limits.password(scope.actor.id)
  const free = await inScope(db, scope, async (trx) => takeAttempt(trx, limit))
  if (!free) throw new Invalid({ [field]: `Too many attempts. Wait ${limit.minutes} minutes, then try again.` })
}

async function ownAccount(trx: Tx, scope: PersonScope): Promise<Account> {
  const account = await findAccount(trx, scope.actor.id)
  if (!account) throw new NotFound()
  return account
}
