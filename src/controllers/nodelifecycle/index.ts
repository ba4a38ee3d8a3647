import type { ControllerModule } from '../controller.ts'
import { nodeLifecycleController } from './controller.ts'

export const nodelifecycle: ControllerModule = {
  name: 'node-lifecycle-controller',
  reporter: 'node-controller',
  account: 'node-controller',
  create: nodeLifecycleController,
}
