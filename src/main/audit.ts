import { readFileSync } from 'node:fs'
import {
  type AuditMode,
  auditMeter,
  type BatchOptions,
  createAuditor,
  createSink,
  logBackend,
  type Policy,
  readPolicy,
  type Sink,
  type TruncateOptions,
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
    readonly batch: BatchOptions
    readonly truncate?: TruncateOptions
  }
  readonly webhook?: {
    /** A kubeconfig. */
    readonly configFile: string
    readonly mode: AuditMode
    readonly batch: BatchOptions
    readonly truncate?: TruncateOptions
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
              batch: batchOf(options, 'Log'),
              ...truncateOf(options, 'Log'),
            },
          }
        : {}),
      ...(auditWebhookConfigFile
        ? {
            webhook: {
              configFile: auditWebhookConfigFile,
              mode: options.auditWebhookMode,
              batch: batchOf(options, 'Webhook'),
              ...truncateOf(options, 'Webhook'),
              backoff: options.auditWebhookInitialBackoff,
            },
          }
        : {}),
    },
  }
}

function batchOf(options: Options<'server'>, backend: 'Log' | 'Webhook'): BatchOptions {
  const rate = options[`audit${backend}BatchThrottleQps`]
  return {
    mostEvents: options[`audit${backend}BatchMaxSize`],
    mostWait: options[`audit${backend}BatchMaxWait`],
    buffer: options[`audit${backend}BatchBufferSize`],
    ...(options[`audit${backend}BatchThrottleEnable`] && rate > 0
      ? { throttle: { rate, burst: options[`audit${backend}BatchThrottleBurst`] } }
      : {}),
  }
}

function truncateOf(options: Options<'server'>, backend: 'Log' | 'Webhook'): { readonly truncate?: TruncateOptions } {
  if (!options[`audit${backend}TruncateEnabled`]) return {}
  return {
    truncate: {
      mostEventBytes: options[`audit${backend}TruncateMaxEventSize`],
      mostBatchBytes: options[`audit${backend}TruncateMaxBatchSize`],
    },
  }
}

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
    const { mode, batch, truncate } = options.log
    sinks.push(createSink(logBackend(options.log, { clock, log }), mode, batch, { clock, log, meter }, truncate))
  }
  if (options.webhook) {
    const { webhook } = options
    const backend = webhookBackend(createRemote(readRemote(webhook.configFile)), { clock, backoff: webhook.backoff })
    sinks.push(createSink(backend, webhook.mode, webhook.batch, { clock, log, meter }, webhook.truncate))
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
