import { readFileSync } from 'node:fs'
import {
  type AuditMode,
  auditMeter,
  createAuditor,
  createSink,
  logBackend,
  type Policy,
  readPolicy,
  type Sink,
  webhookBackend,
} from '../apiserver/audit/index.ts'
import type { Auditor } from '../apiserver/metrics/index.ts'
import { createRemote, readRemote } from '../apiserver/remote.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Options } from './flags.ts'

export interface AuditOptions {
  readonly policyFile: string
  readonly log?: {
    readonly path: string
    readonly mostDays: number
    readonly mostFiles: number
    readonly mostBytes: number
    readonly compress: boolean
    readonly mode: AuditMode
  }
  readonly webhook?: {
    /** A kubeconfig. */
    readonly configFile: string
    readonly mode: AuditMode
    readonly mostEvents: number
    readonly mostWait: number
    readonly buffer: number
    readonly backoff: number
  }
}

/** What the flags say about audit. Throws an Error where one needs another. */
export function auditOf(options: Options<'server'>): { readonly audit?: AuditOptions } {
  const { auditPolicyFile, auditLogPath, auditWebhookConfigFile } = options
  if (!auditLogPath && !auditWebhookConfigFile) {
    if (auditPolicyFile) throw new Error('--audit-policy-file needs --audit-log-path or --audit-webhook-config-file')
    return {}
  }
  if (!auditPolicyFile) throw new Error('audit needs --audit-policy-file: it says what is kept')
  return {
    audit: {
      policyFile: auditPolicyFile,
      ...(auditLogPath
        ? {
            log: {
              path: auditLogPath,
              mostDays: options.auditLogMaxage,
              mostFiles: options.auditLogMaxbackup,
              mostBytes: options.auditLogMaxsize * 1024 * 1024,
              compress: options.auditLogCompress,
              mode: options.auditLogMode,
            },
          }
        : {}),
      ...(auditWebhookConfigFile
        ? {
            webhook: {
              configFile: auditWebhookConfigFile,
              mode: options.auditWebhookMode,
              mostEvents: options.auditWebhookBatchMaxSize,
              mostWait: options.auditWebhookBatchMaxWait,
              buffer: options.auditWebhookBatchBufferSize,
              backoff: options.auditWebhookInitialBackoff,
            },
          }
        : {}),
    },
  }
}

/** In batches lines wait for no others, only for the request to be answered. */
const logBatch = { mostEvents: 1, mostWait: 0, buffer: 10_000 }

/** Opens the backends. Throws an Error that names the file that is wrong. `close` writes what waits. */
export function startAudit(
  options: AuditOptions,
  deps: { readonly clock: Clock; readonly log: Logger; readonly metrics: Metrics },
): { readonly auditor: Auditor; close(): Promise<void> } {
  const { clock, log } = deps
  const meter = auditMeter(deps.metrics)
  const policy = policyIn(options.policyFile)
  const sinks: Sink[] = []
  if (options.log) {
    sinks.push(createSink(logBackend(options.log, { clock, log }), options.log.mode, logBatch, { clock, log, meter }))
  }
  if (options.webhook) {
    const { webhook } = options
    const backend = webhookBackend(createRemote(readRemote(webhook.configFile)), { clock, backoff: webhook.backoff })
    sinks.push(createSink(backend, webhook.mode, webhook, { clock, log, meter }))
  }
  return {
    auditor: createAuditor({ policy, sinks, meter, clock }),
    close: () => Promise.all(sinks.map(sink => sink.close())).then(() => {}),
  }
}

function policyIn(file: string): Policy {
  try {
    return readPolicy(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`--audit-policy-file ${file} cannot be used: ${(error as Error).message}`)
  }
}
