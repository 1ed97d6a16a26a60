/** Tells the parts of this process that something happened. In process now; other nodes come by the database later. */

export interface Topic<Event> {
  /** Called after the commit. A listener that throws is reported and stops nobody else. */
  publish(event: Event): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: Event) => void): () => void;
}

export function createTopic<Event>(onError: (error: unknown) => void): Topic<Event> {
  const listeners = new Set<(event: Event) => void>();
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          onError(error);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
