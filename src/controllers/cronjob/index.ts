import type { ControllerModule } from '../controller.ts'
import { cronJobController } from './controller.ts'

/** Jobs of a CronJob. */
export const cronjob: ControllerModule = {
  name: 'cronjob-controller',
  account: 'cronjob-controller',
  create: cronJobController,
}
