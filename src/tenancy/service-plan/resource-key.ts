/** The name of a service in the load balancer of a plan. */

/** The service's name with a small first letter, as the platform makes it. */
export function resourceKey(service: string): string {
  return `${service.slice(0, 1).toLowerCase()}${service.slice(1)}`;
}
