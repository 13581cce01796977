/** Whether the things we depend on answer. `/ready` is the conjunction; nothing here is told to strangers. */
export interface HealthCheck {
  readonly name: string;
  healthy(): boolean;
}
