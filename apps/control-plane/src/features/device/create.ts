/** Wires the feature: sign-in on devices. It appends nothing to Activity: a machine that takes the session does. */

import type { App } from '../../http/server.ts';
import { type DeviceRouteOptions, deviceRoutes } from './routes.ts';
import { createDeviceService, type DeviceDependencies, type DeviceService } from './service.ts';

export function createDevice(dependencies: DeviceDependencies & DeviceRouteOptions): {
  readonly service: DeviceService;
  readonly routes: (app: App) => void;
} {
  const service = createDeviceService(dependencies);
  return { service, routes: (app) => deviceRoutes(app, service, dependencies) };
}
