import type * as accounts from './accounts.ts'
import type * as carried from './carried.ts'
import type * as closing from './closing.ts'
import type * as controls from './controls.ts'
import type * as description from './description.ts'
import type * as engagements from './engagements.ts'
import type * as evidence from './evidence.ts'
import type * as exceptions from './exceptions.ts'
import type * as mail from './mail.ts'
import type * as marks from './marks.ts'
import type * as matrix from './matrix.ts'
import type * as populations from './populations.ts'
import type * as requests from './requests.ts'
import type { SamplingPolicyTable } from './sampling-policy.ts'
import type * as sheets from './sheets.ts'
import type * as templates from './templates.ts'
import type * as testing from './testing.ts'
import type * as threads from './threads.ts'
import type * as trail from './trail.ts'

/** Every table, by its name in the database. */
export type Schema = {
  organization: accounts.OrganizationTable
  person: accounts.PersonTable
  credential: accounts.CredentialTable
  recovery_code: accounts.RecoveryCodeTable
  invitation: accounts.InvitationTable
  session: accounts.SessionTable
  attempt: accounts.AttemptTable
  engagement: engagements.EngagementTable
  membership: engagements.MembershipTable
  engagement_record: closing.EngagementRecordTable
  archive_addition: closing.ArchiveAdditionTable
  firm_policy: closing.FirmPolicyTable
  subservice: description.SubserviceTable
  subservice_criterion: description.SubserviceCriterionTable
  csoc: description.CsocTable
  csoc_criterion: description.CsocCriterionTable
  cuec: description.CuecTable
  cuec_criterion: description.CuecCriterionTable
  system_fact: description.SystemFactTable
  criterion_exclusion: description.CriterionExclusionTable
  declared_none: description.DeclaredNoneTable
  covered_criterion: description.CoveredCriterionView
  counter: engagements.CounterTable
  trail_head: trail.TrailHeadTable
  trail_entry: trail.TrailEntryTable
  trail_detail: trail.TrailDetailTable
  access_entry: trail.AccessEntryTable
  mail: mail.MailTable
  digest_choice: mail.DigestChoiceTable
  digest: mail.DigestTable
  control: controls.ControlTable
  control_wording: controls.ControlWordingTable
  control_criterion: controls.ControlCriterionTable
  request: requests.RequestTable
  request_control: requests.RequestControlTable
  checklist_item: requests.ChecklistItemTable
  answer_link: requests.AnswerLinkTable
  link_session: requests.LinkSessionTable
  answer_code: requests.AnswerCodeTable
  list_session: requests.ListSessionTable
  reminder: requests.ReminderTable
  handover: requests.HandoverTable
  recurrence: requests.RecurrenceTable
  due_change: requests.DueChangeTable
  saved_view: requests.SavedViewTable
  sheet_import: sheets.SheetImportTable
  sheet_heading: sheets.SheetHeadingTable
  comment: threads.CommentTable
  comment_mention: threads.CommentMentionTable
  thread_visit: threads.ThreadVisitTable
  submission: evidence.SubmissionTable
  evidence_file: evidence.EvidenceFileTable
  evidence_reading: evidence.EvidenceReadingTable
  evidence_leaf: evidence.EvidenceLeafTable
  tickmark: marks.TickmarkTable
  evidence_mark: marks.EvidenceMarkTable
  file_decision: evidence.FileDecisionTable
  review_record: evidence.ReviewRecordTable
  observation: evidence.ObservationTable
  quarantine: evidence.QuarantineTable
  meeting: evidence.MeetingTable
  evidence_text: evidence.EvidenceTextTable
  answer_warning: evidence.AnswerWarningTable
  lead_return: evidence.LeadReturnTable
  population: populations.PopulationTable
  population_row: populations.PopulationRowTable
  population_control: populations.PopulationControlTable
  calendar_omission: populations.CalendarOmissionTable
  population_mark: populations.PopulationMarkTable
  population_procedure: populations.PopulationProcedureTable
  sampling_policy: SamplingPolicyTable
  draw: populations.DrawTable
  sample_item: populations.SampleItemTable
  standing_item: populations.SampleItemTable
  draw_step: populations.DrawStepTable
  request_item: populations.RequestItemTable
  item_claim: populations.ItemClaimTable
  test_line: testing.TestLineTable
  test_procedure: testing.TestProcedureTable
  attribute: testing.AttributeTable
  cell: testing.CellTable
  citation: testing.CitationTable
  sign_off: testing.SignOffTable
  line_item: testing.LineItemTable
  review_note: testing.ReviewNoteTable
  review_note_answer: testing.ReviewNoteAnswerTable
  tested_item: testing.TestedItemView
  design_evaluation: testing.DesignEvaluationTable
  exception: exceptions.ExceptionTable
  exception_response: exceptions.ExceptionResponseTable
  exception_release: exceptions.ExceptionReleaseTable
  exception_answer: exceptions.ExceptionAnswerTable
  exception_file: exceptions.ExceptionFileTable
  extension_decision: exceptions.ExtensionDecisionTable
  criterion_effect: exceptions.CriterionEffectTable
  opinion: exceptions.OpinionTable
  request_template: templates.RequestTemplateTable
  attribute_template: templates.AttributeTemplateTable
  template_use: templates.TemplateUseTable
  matrix_export: matrix.MatrixExportTable
  matrix_export_file: matrix.MatrixExportFileTable
  result_sentence: matrix.ResultSentenceTable
  matrix_layout: matrix.MatrixLayoutTable
  roll_report: carried.RollReportTable
  milestone: carried.MilestoneTable
  readiness_assessment: carried.ReadinessAssessmentTable
  remediation_note: carried.RemediationNoteTable
  calendar_token: carried.CalendarTokenTable
  handed_item: carried.HandedItemTable
  client_view: carried.ClientViewTable
}
