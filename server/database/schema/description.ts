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

export type SubserviceTable = Authored & { name: string, service: string, method: 'carve_out' | 'inclusive', monitor_id: string | null }
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

export type NoneSubject = 'subservice' | 'cuec' | 'requirement' | 'incident' | 'change' | 'restriction'

export type DeclaredNoneTable = { engagement_id: string, subject: NoneSubject, declared_at: WrittenAt, declared_by: string }

/** By what a criterion is accounted for: a control, a monitored carve-out organization's controls, or a reason why it does not apply. */
export type CoveredCriterionView = { engagement_id: string, criterion: string, by: 'control' | 'csoc' | 'excluded' }
