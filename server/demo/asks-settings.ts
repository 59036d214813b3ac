import type { Ask } from './ask.ts'

const seen = ['Production, not a test system', 'The whole window with address, account and clock']

/** how things are set up. */
export const settingAsks: readonly Ask[] = [
  setting(37, 'AC-03', 'Sign-on policy of the identity provider', 'The sign-on policy for all workforce: factors, the groups it applies to, exceptions and password rules.', 'Identity console', 'Identity Engineer'),
  setting(38, 'AC-05', 'Privileged group, bastion rule and session log', 'The members of the privileged production group, the rule that admits them through the bastion only, and the setting of the session log.', 'Bastion', 'Site Reliability Manager'),
  setting(39, 'CH-02', 'Branch protection and deploy permissions', 'The protection of the main branch of all production repositories, and who may deploy.', 'GitForge', 'DevOps Lead'),
  setting(40, 'NE-01', 'Ingress rules of production', 'The rules for traffic into production that show what is denied by default.', 'NetDesk', 'Network Security Engineer'),
  setting(41, 'NE-02', 'TLS policy of the public endpoints', 'The TLS policy of each public endpoint, and the result of a scan from outside.', 'Edge console', 'Platform Architect'),
  setting(42, 'NE-03', 'Encryption of data stores and key rotation', 'The encryption setting of each data store with customer data, and the history of key rotation.', 'Northgrid console', 'Platform Architect'),
  setting(43, 'EP-01', 'Coverage of endpoint protection', 'From the console: how many devices are covered, the versions they run, and where alerts go.', 'Endpoint console', 'Endpoint Engineer'),
  setting(44, 'AV-02', 'Backup schedule, retention and alert rule', 'The schedule of the backup jobs of the production databases, how long backups are kept, and the rule that alerts when one fails.', 'VaultKeep', 'Database Reliability Engineer'),
  setting(45, 'PI-02', 'Validation rules and one rejected instruction', 'The validation rules in force, and one instruction sent in the test tenant that was rejected with its reason code.', 'Payments Core', 'Payments Engineering Lead'),
  setting(46, 'PI-05', 'Permissions of the ledger tables', 'The permissions on the tables that hold ledger entries, showing that no role may update or delete.', 'LedgerOne', 'Data Platform Lead'),
]

function setting(number: number, control: string, title: string, ask: string, system: string, owner: string): Ask {
  return { number, kind: 'configuration', title, ask, why: `It shows how ${control} is set up while we do our work.`, system, owner, controls: [control], checklist: seen, example: 'The whole browser window with address and clock, not a cut-out.', dueOn: '2026-10-21' }
}
