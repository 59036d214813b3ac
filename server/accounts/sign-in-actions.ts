import { personScope } from '../access/session.ts'
import { inScope, type Db, type Tx } from '../database/connect.ts'
import type { PersonScope, Scope } from '../scope.ts'
import type { Sealer } from '../secrets.ts'
import { record } from '../trail/record.ts'
import { forgetAttempts, limits, takeAttempt } from './attempts.ts'
import { isRightPassword } from './passwords.ts'
import { findAccount, findIdByEmail, useRecoveryCode, useStep, type Account } from './store.ts'
import { hashRecoveryCode, stepOf } from './two-step.ts'

export type SignInAnswer = { readonly outcome: 'wrong' } | { readonly outcome: 'wait' } | { readonly outcome: 'right', readonly account: Account }
export type SecondStep = { readonly code: string } | { readonly recovery: string }

/** An id no person has: looking somebody up who does not exist takes the same steps as looking up somebody who does. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Whoever stands at the door before it is known who they are. */
export function strangerScope(address: string): Scope {
  return { actor: { kind: 'job', name: 'sign_in' }, side: 'program', organizationId: null, rank: null, role: null, engagement: null, address, at: null }
}

/**
 * Judges an address and a password. Nobody of that address, somebody without a password, somebody removed and a wrong
 * password get the same answer after the same work. Begins no session.
 */
export async function signIn(db: Db, typed: { email: string, password: string }, address: string): Promise<SignInAnswer> {
  const stranger = strangerScope(address)
  const [free, personId] = await inScope(db, stranger, async (trx) => [
    await takeAttempt(trx, limits.signIn(typed.email), limits.signInFrom(address)),
    await findIdByEmail(trx, typed.email),
  ] as const)
  if (!free) return { outcome: 'wait' }
  const scope = personScope({ id: personId ?? NOBODY, name: '' }, address)
  const account = await inScope(db, scope, async (trx) => findAccount(trx, scope.actor.id))
  const right = await isRightPassword(account && !account.removed ? account.passwordHash : null, typed.password)
  const known = account ? personScope(account, address) : stranger
  return await inScope(db, known, async (trx) => {
    if (!account || !right) {
      await record(trx, known, { kind: 'account.sign_in_failed', facts: {}, detail: { email: typed.email } })
      return { outcome: 'wrong' }
    }
    await forgetAttempts(trx, limits.signIn(account.email))
    if (!needsSecondStep(account)) await record(trx, known, { kind: 'account.signed_in', facts: { twoStep: false } })
    return { outcome: 'right', account }
  })
}

/** The firm's people always need one, the client's when they have set it up. */
export function needsSecondStep(account: Account): boolean {
  return account.side === 'firm' || account.twoStep
}

/** Judges the second step of somebody who gave their password; each code is good once. Begins no session. */
export async function passSecondStep(db: Db, sealer: Sealer, scope: PersonScope, typed: SecondStep): Promise<'right' | 'wrong' | 'wait'> {
  const limit = limits.secondStep(scope.actor.id)
  if (!await inScope(db, scope, async (trx) => takeAttempt(trx, limit))) return 'wait'
  return await inScope(db, scope, async (trx) => {
    const account = await findAccount(trx, scope.actor.id)
    const right = account?.twoStepSealed && account.twoStep
      ? 'code' in typed ? await isFreshCode(trx, account, sealer, typed.code) : await useRecoveryCode(trx, account.id, hashRecoveryCode(account.id, typed.recovery))
      : false
    if (!right) {
      await record(trx, scope, { kind: 'account.sign_in_failed', facts: {}, detail: { step: 'second' } })
      return 'wrong'
    }
    await forgetAttempts(trx, limit)
    if ('recovery' in typed) await record(trx, scope, { kind: 'account.recovery_code_used', facts: {} }, { kind: 'account.signed_in', facts: { twoStep: true } })
    else await record(trx, scope, { kind: 'account.signed_in', facts: { twoStep: true } })
    return 'right'
  })
}

async function isFreshCode(trx: Tx, account: Account, sealer: Sealer, code: string): Promise<boolean> {
  const step = stepOf(sealer.unseal('two-step', account.twoStepSealed ?? ''), code, new Date())
  return step !== null && await useStep(trx, account.id, step)
}
