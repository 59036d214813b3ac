import type { LinkPolicy } from '../database/schema/engagements.ts'

/** What the firm decides for every engagement begun from then on; idle times hold for everybody at once. */
export type FirmPolicy = {
  readonly version: number
  readonly retentionYears: number
  readonly assemblyDays: number
  readonly linkPolicy: LinkPolicy
  readonly linkDays: number
  /** Minutes without a request after which a session ends. */
  readonly firmIdle: number
  readonly clientIdle: number
  /** Whether every report needs a quality review before its release. */
  readonly qualityReview: boolean
}

/** What the firm begins with; the database holds the same where no version is entered. */
export const firstFirmPolicy: FirmPolicy = { version: 1, retentionYears: 7, assemblyDays: 60, linkPolicy: 'link', linkDays: 14, firmIdle: 60, clientIdle: 720, qualityReview: false }

const fields = ['retentionYears', 'assemblyDays', 'linkPolicy', 'linkDays', 'firmIdle', 'clientIdle', 'qualityReview'] as const
const names: Readonly<Record<(typeof fields)[number], string>> = {
  retentionYears: 'retention', assemblyDays: 'assembly', linkPolicy: 'link_policy', linkDays: 'link_life', firmIdle: 'idle_time_firm', clientIdle: 'idle_time_client', qualityReview: 'quality_review',
}

/** The names of what differs between two policies. */
export function changedTerms(before: Omit<FirmPolicy, 'version'>, after: Omit<FirmPolicy, 'version'>): string[] {
  return fields.filter((field) => before[field] !== after[field]).map((field) => names[field])
}
