import type { ControllerModule } from '../controller.ts'
import { disruptionController, staleDisruptions } from './controller.ts'

/** Status of PodDisruptionBudgets. */
export const disruption: ControllerModule = {
  name: 'disruption-controller',
  account: 'disruption-controller',
  reporter: 'controllermanager',
  create: context => [disruptionController(context), staleDisruptions(context)],
}
