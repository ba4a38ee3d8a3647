import type { ControllerModule } from '../controller.ts'
import { jobController } from './controller.ts'
import { orphanController } from './orphans.ts'

/** Pods of a Job. */
export const job: ControllerModule = {
  name: 'job-controller',
  account: 'job-controller',
  create: context => [jobController(context), orphanController(context)],
}
