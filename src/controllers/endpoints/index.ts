import type { ControllerModule } from '../controller.ts'
import { endpointsController } from './controller.ts'

export const endpoints: ControllerModule = {
  name: 'endpoint-controller',
  account: 'endpoint-controller',
  create: endpointsController,
}
