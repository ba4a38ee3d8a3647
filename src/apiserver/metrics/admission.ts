import type { HistogramSample, Metrics } from '../../base/metrics.ts'
import type { AdmissionRequest } from '../contract.ts'

/** Upstream's words for the two halves of admission. */
export type AdmissionStep = 'admit' | 'validate'

/** Measures of admission (`admission/metrics`): of each plugin, and of each half as a whole. */
export interface AdmissionMeter {
  plugin(name: string, step: AdmissionStep, request: AdmissionRequest, rejected: boolean, seconds: number): void
  step(step: AdmissionStep, request: AdmissionRequest, rejected: boolean, seconds: number): void
}

const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5]

export function admissionMeter(metrics: Metrics): AdmissionMeter {
  const controller = metrics.histogram({
    name: 'apiserver_admission_controller_admission_duration_seconds',
    help: 'Seconds that an admission plugin took, by its name, operation and step (admit or validate).',
    labels: ['name', 'type', 'operation', 'rejected'],
    buckets,
  })
  const whole = metrics.histogram({
    name: 'apiserver_admission_step_admission_duration_seconds',
    help: 'Seconds that all admission plugins took, by operation and step (admit or validate).',
    labels: ['type', 'operation', 'rejected'],
    buckets,
  })
  const samples = new Map<string, HistogramSample>()
  const sample = (name: string, type: AdmissionStep, operation: string, rejected: boolean) => {
    const key = `${name} ${type} ${operation} ${rejected}`
    let found = samples.get(key)
    if (!found) {
      const labels = { name, type, operation, rejected: String(rejected) }
      found = (name ? controller : whole).with(labels)
      samples.set(key, found)
    }
    return found
  }
  return {
    plugin: (name, step, { operation }, rejected, seconds) => sample(name, step, operation, rejected).observe(seconds),
    step: (step, { operation }, rejected, seconds) => sample('', step, operation, rejected).observe(seconds),
  }
}
