import { connectAsync, type MqttClient } from 'mqtt';

export interface MqttLogin {
  readonly username: string;
  readonly password: string;
}

export type MqttAnswer =
  | { readonly received: string; readonly retained: boolean }
  | { readonly refused: string };

/** Publishes a retained message, then reads it as another client does. */
export async function askMqtt(
  port: number,
  login: MqttLogin | undefined,
  message: string,
): Promise<MqttAnswer> {
  const topic = 'probe/state';
  try {
    const publisher = await open(port, login);
    await publisher.publishAsync(topic, message, { qos: 1, retain: true });
    await publisher.endAsync();
    const subscriber = await open(port, login);
    const answer = await firstMessage(subscriber, topic);
    await subscriber.endAsync();
    return answer;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { refused: error.message };
  }
}

function open(port: number, login: MqttLogin | undefined): Promise<MqttClient> {
  return connectAsync(
    `mqtt://127.0.0.1:${port}`,
    { ...login, connectTimeout: 60_000, reconnectPeriod: 0 },
    false,
  );
}

async function firstMessage(client: MqttClient, topic: string): Promise<MqttAnswer> {
  const answer = new Promise<MqttAnswer>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no message within a minute')), 60_000);
    client.once('message', (_topic, payload, packet) => {
      clearTimeout(timer);
      resolve({ received: payload.toString(), retained: packet.retain });
    });
  });
  await client.subscribeAsync(topic, { qos: 1 });
  return answer;
}
