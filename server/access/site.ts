import type { Config } from '../config.ts'
import type { Db } from '../database/connect.ts'
import type { Vault } from '../files/vault.ts'
import type { Sealer } from '../secrets.ts'
import type { Sessions } from './session.ts'

/** What the routes of every noun stand on; made once at the start. */
export type Site = {
  readonly config: Config
  readonly db: Db
  readonly vault: Vault
  readonly sealer: Sealer
  readonly sessions: Sessions
}
