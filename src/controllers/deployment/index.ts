import type { ControllerModule } from '../controller.ts'
import { deploymentController } from './controller.ts'

export const deployment: ControllerModule = {
  name: 'deployment-controller',
  account: 'deployment-controller',
  create: deploymentController,
}
