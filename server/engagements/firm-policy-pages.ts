import type { Tx } from '../database/connect.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import { countUnderPolicies, listFirmPolicies, type FirmPolicyVersion } from './firm-policy-store.ts'
import { linkChoices, linkRuleWords } from './link-rule-pages.ts'

declare module '../web/view.ts' {
  interface Pages {
    'engagements/firm-policy': {
      version: number
      form: FormState
      conflict: boolean
      links: readonly Choice[]
      versions: readonly (FirmPolicyVersion & { readonly link: string, readonly engagements: number })[]
    }
  }
}

/** The firm's policy as it stands, for the next version, or with `typed` what came back; and every version before. */
export async function firmPolicyPage(trx: Tx, typed: FormState | null = null, conflict = false) {
  const versions = await listFirmPolicies(trx)
  const latest = versions[0]!
  const counts = await countUnderPolicies(trx)
  return {
    title: 'Firm policy', frame: 'center' as const, version: latest.version, conflict, links: linkChoices,
    form: typed ?? formState({
      retentionYears: latest.retentionYears, assemblyDays: latest.assemblyDays, linkPolicy: latest.linkPolicy, linkDays: latest.linkDays,
      firmIdle: latest.firmIdle, clientIdle: latest.clientIdle, ...latest.qualityReview ? { qualityReview: 'on' } : {},
    }),
    versions: versions.map((one) => ({ ...one, link: linkRuleWords({ policy: one.linkPolicy, days: one.linkDays }), engagements: counts.get(one.version) ?? 0 })),
  }
}
