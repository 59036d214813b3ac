import type { Return } from '../evidence/actions.ts'

/** The screens and exports of a setting: opened, submitted, taken into review and decided on, New York time. */
export type Setting = {
  readonly number: number
  readonly by: string
  readonly reviewer: string
  readonly moments: readonly [string, string, string, string]
  readonly taken: string
  /** Pictures by the name they are sent under. */
  readonly screens: Readonly<Record<string, string>>
  readonly texts?: Readonly<Record<string, string>>
  readonly version?: number
  readonly returned?: Return
}

/** as they were answered; the sign-on policy twice. */
export const settings: readonly Setting[] = [
  {
    number: 37, by: 'Astrid Lindqvist', reviewer: 'webb', moments: ['2026-10-12 09:24', '2026-10-12 09:31', '2026-10-14 10:05', '2026-10-14 10:20'], taken: '2026-10-12T09:20', screens: { 'sign-on-policy.png': 'id-signon-sandbox' },
    returned: { reason: 'wrong_system', dueOn: '2026-10-21', words: 'This screen is from the sandbox tenant: its address and the marker say so, and it covers 9 users. Please take the same screen in production.' },
  },
  { number: 37, version: 2, by: 'Astrid Lindqvist', reviewer: 'webb', moments: ['2026-10-15 08:50', '2026-10-15 08:56', '2026-10-16 15:02', '2026-10-16 15:20'], taken: '2026-10-15T08:47', screens: { 'sign-on-policy-production.png': 'id-signon' } },
  { number: 38, by: 'Owen Tallis', reviewer: 'fischer', moments: ['2026-10-13 14:05', '2026-10-13 14:16', '2026-10-15 15:30', '2026-10-15 15:48'], taken: '2026-10-13T14:02', screens: { 'prod-privileged.png': 'bastion-group' }, texts: { 'session-log-sample.txt': lines('Bastion  production  bastion.paysmart.example/sessions', 'Printed 2026-10-13 14:04:40 EDT by o.tallis', '', '2026-10-13 08:12:05 EDT  n.haddad   ledger-db-02     opened   ticket OPS-5811', '2026-10-13 08:31:44 EDT  n.haddad   ledger-db-02     closed   214 commands recorded', '2026-10-13 09:02:19 EDT  r.menon    deploy-runner-1  opened   change CHG-21719', '2026-10-13 09:07:51 EDT  r.menon    deploy-runner-1  closed   31 commands recorded') } },
  { number: 39, by: 'Ravi Menon', reviewer: 'webb', moments: ['2026-10-14 09:36', '2026-10-14 09:45', '2026-10-15 16:10', '2026-10-15 16:32'], taken: '2026-10-14T09:33', screens: { 'branch-protection.png': 'gitforge-protection' } },
  { number: 40, by: 'Lucia Bravo', reviewer: 'fischer', moments: ['2026-10-13 11:13', '2026-10-13 11:18', '2026-10-14 15:20', '2026-10-14 15:31'], taken: '2026-10-13T11:10', screens: { 'production-ingress.png': 'edge-ingress' } },
  { number: 41, by: 'Piotr Zielinski', reviewer: 'fischer', moments: ['2026-10-13 16:30', '2026-10-13 16:37', '2026-10-15 09:12', '2026-10-15 09:25'], taken: '2026-10-13T16:26', screens: { 'public-listeners.png': 'edge-tls' }, texts: { 'outside-scan.txt': lines('Outside scan of 6 endpoints, 2026-10-13 15:40 EDT, from probe-3.redwater.example', '', 'api.paysmart.example        TLS 1.2, TLS 1.3   older versions refused', 'portal.paysmart.example     TLS 1.2, TLS 1.3   older versions refused', 'files.paysmart.example      TLS 1.2, TLS 1.3   older versions refused', 'webhooks.paysmart.example   TLS 1.2, TLS 1.3   older versions refused', 'status.paysmart.example     TLS 1.2, TLS 1.3   older versions refused', 'id.paysmart.example         TLS 1.2, TLS 1.3   older versions refused') } },
  { number: 42, by: 'Piotr Zielinski', reviewer: 'webb', moments: ['2026-10-13 16:44', '2026-10-13 16:52', '2026-10-15 10:40', '2026-10-15 10:55'], taken: '2026-10-13T16:41', screens: { 'data-stores.png': 'vault-encryption' }, texts: { 'key-rotation.csv': lines('key,rotated_at,rotated_by,version', 'cmk-payments,2025-02-12T14:20:11Z,p.zielinski,6', 'cmk-payments,2026-02-14T15:02:47Z,p.zielinski,7', 'cmk-ledger,2025-02-12T14:26:30Z,p.zielinski,6', 'cmk-ledger,2026-02-14T15:09:12Z,p.zielinski,7', 'cmk-identity,2026-02-15T15:11:05Z,p.zielinski,5', 'cmk-files,2026-02-15T15:14:58Z,p.zielinski,4', 'cmk-backup,2026-02-15T15:20:33Z,p.zielinski,4') } },
  { number: 43, by: 'Grace Nakamura', reviewer: 'fischer', moments: ['2026-10-14 11:01', '2026-10-14 11:08', '2026-10-16 09:30', '2026-10-16 09:44'], taken: '2026-10-14T10:58', screens: { 'fleet-coverage.png': 'endpoint-coverage' } },
  { number: 44, by: 'Noor Haddad', reviewer: 'webb', moments: ['2026-10-14 14:25', '2026-10-14 14:31', '2026-10-16 10:20', '2026-10-16 10:31'], taken: '2026-10-14T14:18', screens: { 'backup-policy.png': 'vaultkeep-policy' } },
  { number: 45, by: 'Nils Aaberg', reviewer: 'fischer', moments: ['2026-10-15 10:24', '2026-10-15 10:33', '2026-10-16 11:05', '2026-10-16 11:22'], taken: '2026-10-15T10:20', screens: { 'validation-rules.png': 'payments-validation' }, texts: { 'rejected-instruction.txt': lines('Payments Core  test tenant test-eu-4, rules of production release 2026.9.3', '2026-10-15 10:17:21 EDT  PI-TEST-88119  accepted   reference T-4410, 120.00 EUR', '2026-10-15 10:17:42 EDT  PI-TEST-88120  rejected   reference T-4410, code D-01: same reference within 72 hours') } },
  { number: 46, by: 'Jonah Feldt', reviewer: 'webb', moments: ['2026-10-15 11:07', '2026-10-15 11:12', '2026-10-16 13:40', '2026-10-16 13:52'], taken: '2026-10-15T11:04', screens: { 'ledger-entry-permissions.png': 'ledgerone-permissions' } },
]

function lines(...texts: readonly string[]): string {
  return `${texts.join('\n')}\n`
}
