import { z } from 'zod'
import { inScope, type Db } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import { hashToken, newToken } from '../secrets.ts'
import { record } from '../trail/record.ts'
import { INVITATION_DAYS, oneLine } from './rules.ts'
import { strangerScope } from './sign-in-actions.ts'
import { findAccount, findFirm, findIdByEmail, insertInvitation, insertOrganization, insertPerson } from './store.ts'

export type FirstPerson = { readonly email: string, readonly name?: string | undefined, readonly firm?: string | undefined }

const address = z.email().max(254).toLowerCase()

/**
 * Makes the first partner, and the firm where there is none, and returns the path of an invitation; for somebody who is
 * there already but has no password, a fresh one. `db` is the owner's: nobody's rights are asked. Throws Refused.
 */
export async function inviteFirst(db: Db, { email, name, firm }: FirstPerson): Promise<string> {
  const read = address.safeParse(email.trim())
  if (!read.success) throw new Refused(`"${email}" is no e-mail address. Give one such as partner@firm.example.`)
  const scope = { ...strangerScope('command line'), actor: { kind: 'job', name: 'invite' } } as const
  return await inScope(db, scope, async (trx) => {
    const known = await findIdByEmail(trx, read.data)
    const account = known === null ? null : await findAccount(trx, known)
    if (account?.removed) throw new Refused(`${read.data} belongs to somebody who was removed. Use another address.`)
    if (account?.passwordHash) throw new Refused(`${read.data} has an account already. A forgotten password is set anew from the sign-in page.`)
    const personId = account?.id ?? await insertPerson(trx, {
      organizationId: (await findFirm(trx))?.id ?? await insertOrganization(trx, { kind: 'firm', name: firmName(firm) }),
      email: read.data, name: oneLine(name ?? '') || read.data, title: '', rank: 'partner',
    })
    if (personId === null) throw new Refused(`${read.data} was added by somebody else at this very moment. Try again.`)
    const token = newToken()
    await insertInvitation(trx, { personId, purpose: 'invitation', tokenHash: hashToken(token), hours: INVITATION_DAYS * 24 })
    await record(trx, scope, { kind: 'account.invited', facts: { personId } })
    return `/invitations/${token}`
  })
}

function firmName(firm: string | undefined): string {
  const name = oneLine(firm ?? '')
  if (name === '') throw new Refused('There is no firm yet. Name it: npm run invite -- partner@firm.example --firm "Firm & Partners CPAs"')
  return name
}
