/** BuildKit's progress as the Engine sends it: base64 of a protobuf StatusResponse (moby.buildkit.v1, control.proto). */
import protobuf from 'protobufjs';

/** Digest, name and state of a step; BuildKit calls it a vertex. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started?: Timestamp;
  readonly completed?: Timestamp;
  readonly error: string;
}

export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

export interface Trace {
  readonly vertexes: readonly Vertex[];
  readonly statuses: readonly {
    readonly ID: string;
    readonly vertex: string;
    readonly current: number;
    readonly total: number;
  }[];
  readonly logs: readonly { readonly vertex: string; readonly msg: Uint8Array }[];
}

/** The fields that are read; protobuf skips the others. */
const DEFINITION = `
syntax = "proto3";
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message Vertex {
  string digest = 1; string name = 3; bool cached = 4;
  Timestamp started = 5; Timestamp completed = 6; string error = 7;
}
message VertexStatus { string ID = 1; string vertex = 2; int64 current = 4; int64 total = 5; }
message VertexLog { string vertex = 1; bytes msg = 4; }
message StatusResponse {
  repeated Vertex vertexes = 1; repeated VertexStatus statuses = 2; repeated VertexLog logs = 3;
}`;

const STATUS_RESPONSE = protobuf.parse(DEFINITION, { keepCase: true }).root.lookupType('StatusResponse');

/** Undefined for bytes that are not a trace: progress is not worth failing a build for. */
export function decodeTrace(base64: string): Trace | undefined {
  try {
    const message = STATUS_RESPONSE.decode(Buffer.from(base64, 'base64'));
    return STATUS_RESPONSE.toObject(message, { longs: Number, defaults: true }) as Trace;
  } catch {
    return undefined;
  }
}

export function secondsBetween(from: Timestamp | undefined | null, to: Timestamp | undefined | null): number {
  if (!from || !to) return 0;
  return Math.max(0, to.seconds - from.seconds + (to.nanos - from.nanos) / 1e9);
}
