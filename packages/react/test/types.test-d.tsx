// Compiled, never run: each line holds an inference that users rely on.
import {
  type AnyEnvelope,
  type ConnectionState,
  createWebSocketService,
  type DownMessages,
  type Envelope,
  type ErrorUpdate,
  type HistorySeries,
  MessageType,
  type MetricsUpdate,
  type ModelUpdate,
  type SendResult,
  type TelltaleInspectorProps,
  useFirstData,
  useHistory,
  useMetric,
  useModelMetrics,
  useRealtimeMetrics,
  useWebSocketSend,
  useWebSocketSubscription,
  type WebSocketProp,
  type WithWebSocketProps,
  withWebSocket,
} from "@telltale/react";
import type { TelltaleInspector } from "@telltale/react/inspector";
import type { ComponentProps, ReactElement } from "react";
import { expectTypeOf } from "vitest";

declare module "@telltale/react" {
  interface DownMessages {
    type_test_drained: { depth: number };
  }
}

export function Subscriptions(): null {
  useWebSocketSubscription(MessageType.METRICS_UPDATE, (data, message) => {
    expectTypeOf(data).toEqualTypeOf<MetricsUpdate>();
    expectTypeOf(message).toEqualTypeOf<Envelope<"metrics_update", MetricsUpdate>>();
  });
  useWebSocketSubscription("error_update", (data) => {
    expectTypeOf(data).toEqualTypeOf<ErrorUpdate>();
  });
  useWebSocketSubscription("type_test_drained", (data) => {
    expectTypeOf(data).toEqualTypeOf<{ depth: number }>();
  });
  expectTypeOf<DownMessages["type_test_drained"]>().toEqualTypeOf<{ depth: number }>();
  useWebSocketSubscription<{ depth: number }>("anything_else", (data, message) => {
    expectTypeOf(data).toEqualTypeOf<{ depth: number }>();
    expectTypeOf(message.type).toEqualTypeOf<string>();
  });
  useWebSocketSubscription("anything_else", (data) => {
    expectTypeOf(data).toEqualTypeOf<unknown>();
  });
  return null;
}

export function Values(): null {
  const { metrics, models } = useRealtimeMetrics({ maxRecentRequests: 50 });
  expectTypeOf(metrics).toEqualTypeOf<MetricsUpdate | null>();
  expectTypeOf(models).toEqualTypeOf<ReadonlyMap<string, ModelUpdate>>();
  expectTypeOf(useRealtimeMetrics((all) => all.models.size)).toEqualTypeOf<number>();
  expectTypeOf(useModelMetrics("gpt-5")).toEqualTypeOf<ModelUpdate | null>();
  expectTypeOf(useMetric("p95_latency_ms")).toEqualTypeOf<number | null>();
  expectTypeOf(useMetric("demo")).toEqualTypeOf<boolean | null>();
  // @ts-expect-error there is no such figure
  useMetric("p95");
  // @ts-expect-error an option that does not exist
  useRealtimeMetrics({ maxRecentModels: 3 });
  useRealtimeMetrics({ suspense: true });
  expectTypeOf(useFirstData).returns.toEqualTypeOf<void>();
  return null;
}

export function Asking(): null {
  const { series, error } = useHistory({ metric: "cost", from: new Date(0), groupBy: "model" });
  expectTypeOf(series).toEqualTypeOf<readonly HistorySeries[]>();
  expectTypeOf(error).toEqualTypeOf<Error | null>();
  // @ts-expect-error no history is kept of this
  useHistory({ metric: "happiness" });
  return null;
}

export function Sending(): null {
  const send = useWebSocketSend();
  expectTypeOf(send("subscribe", { types: ["error_update"] })).toEqualTypeOf<SendResult>();
  expectTypeOf(send("own_type", { any: 1 })).toEqualTypeOf<SendResult>();
  return null;
}

function Panel({ title, websocket }: WithWebSocketProps & { title: string }): ReactElement {
  expectTypeOf(websocket).toEqualTypeOf<WebSocketProp>();
  expectTypeOf(websocket.state).toEqualTypeOf<ConnectionState>();
  return <p>{title}</p>;
}
const Live = withWebSocket(Panel);
expectTypeOf<ComponentProps<typeof Live>>().toEqualTypeOf<{ title: string }>();
export const panels: ReactElement[] = [
  <Live key="a" title="a" />,
  // @ts-expect-error its own properties stay required
  <Live key="b" />,
];
// @ts-expect-error a component that does not take the property
withWebSocket(({ websocket }: { websocket: string }) => <p>{websocket}</p>);

expectTypeOf<ComponentProps<typeof TelltaleInspector>>().toEqualTypeOf<TelltaleInspectorProps>();

const service = createWebSocketService({ url: "/metrics/stream" });
service.subscribe(MessageType.MODEL_UPDATE, (data) => {
  expectTypeOf(data).toEqualTypeOf<ModelUpdate>();
});
expectTypeOf<AnyEnvelope["data"]>().toEqualTypeOf<unknown>();
// @ts-expect-error a configuration without an address
createWebSocketService({});
