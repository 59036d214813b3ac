import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import { roleName } from './roles.ts'
import { listTeam } from './team-store.ts'

declare module '../web/view.ts' {
  interface Pages {
    'engagements/client-view': {
      here: string
      team: string
      client: string
      people: readonly { readonly id: string, readonly name: string, readonly role: string, readonly title: string }[]
    }
  }
}

export async function clientViewPage(trx: Tx, scope: EngagementScope) {
  const base = `/engagements/${scope.engagement.id}`
  const people = (await listTeam(trx, scope)).filter(({ side }) => side === 'client')
  return {
    title: 'As the client sees it', tab: 'team' as const, frame: 'center' as const, here: `${base}/client-view`, team: `${base}/team`, client: scope.engagement.client,
    people: people.map(({ personId, name, role, title }) => ({ id: personId, name, role: roleName(role), title })),
  }
}
