import type { TestApp } from './app.ts'
import type { Member } from './cast.ts'

/** The cookie of a new session of this person, as a browser sends it: 'session=…'. */
export async function sessionCookie({ site }: TestApp, member: Member): Promise<string> {
  const { name, value } = await site.sessions.begin(member.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  return `${name}=${value}`
}
