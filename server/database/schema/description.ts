import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

/** What a fact of the system description is about. */
export type FactKind = 'commitment' | 'requirement' | 'infrastructure' | 'software' | 'people' | 'procedures' | 'data' | 'incident' | 'change' | 'restriction'

type Authored = {
  engagement_id: string
  id: Generated<string>
  position: number
  /** Where it comes from, as the firm says that enters it. */
  source: Generated<string>
  /** Whose words the row last took: entered by the firm as supplied, or written by the client. */
  side: 'firm' | 'client'
  version: Generated<number>
  created_at: WrittenAt
  created_by: string
  changed_at: WrittenAt
  changed_by: string
}

export type SubserviceTable = Authored & { name: string, service: string, method: 'carve_out' | 'inclusive' }
export type CsocTable = Authored & { subservice_id: string, text: string }
export type CuecTable = Authored & { text: string }
export type SystemFactTable = Authored & { kind: FactKind, text: string, occurred_on: string | null }

export type SubserviceCriterionTable = { engagement_id: string, subservice_id: string, criterion: string }
export type CsocCriterionTable = { engagement_id: string, csoc_id: string, criterion: string }
export type CuecCriterionTable = { engagement_id: string, cuec_id: string, criterion: string }

export type CriterionExclusionTable = {
  engagement_id: string
  criterion: string
  reason: string
  excluded_at: WrittenAt
  excluded_by: string
}
