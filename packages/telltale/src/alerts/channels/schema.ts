import { z } from "zod";
import { severitySchema } from "../rule.ts";

/** Addresses are the operator's, so private ones are allowed; credentials in them end up in logs. */
const address = z
  .url({ protocol: /^https?$/, error: "expected an http:// or https:// address" })
  .refine(
    (text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      return url?.username === "" && url.password === "";
    },
    { error: "expected no user and password in the address; use headers" },
  );

const common = {
  /** Alerts less severe are not sent here. */
  minSeverity: severitySchema.default("low"),
  /** Time in which alerts gather into one message. */
  groupWaitMs: z.int().min(0).max(600_000).default(5000),
} as const;

const RESERVED = /^(?:webhook-.*|host|content-length|content-type|transfer-encoding|connection)$/i;

const webhook = z.strictObject({
  ...common,
  kind: z.literal("webhook"),
  url: address,
  /** Signs what is sent: `whsec_` and base64 of 24 to 64 bytes. */
  secret: z
    .string()
    .refine((text) => secretBytes(text) !== undefined, {
      error:
        'expected "whsec_" and 24 to 64 random bytes in base64; `openssl rand -base64 32` makes them',
    })
    .optional(),
  headers: z
    .record(
      z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: "expected the name of a header" }),
      z.string().regex(/^[\t\x20-\x7e]*$/, { error: "expected visible ASCII" }),
    )
    .refine((headers) => !Object.keys(headers).some((name) => RESERVED.test(name)), {
      error: "expected no header that the webhook sets itself",
    })
    .default({}),
});

const slack = z.strictObject({ ...common, kind: z.literal("slack"), url: address });

const mailbox = z
  .string()
  .max(320)
  .regex(/^[^\r\n,;]+@[^\r\n,;@]+$/, { error: "expected an e-mail address" });

const email = z.strictObject({
  ...common,
  kind: z.literal("email"),
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(587),
  /** TLS from the first byte, as on port 465; otherwise STARTTLS where the server has it. */
  secure: z.boolean().default(false),
  /** Whether to send nothing rather than in the clear. */
  requireTls: z.boolean().default(true),
  user: z.string().optional(),
  password: z.string().optional(),
  from: mailbox,
  to: z.array(mailbox).min(1).max(50),
});

/** Where alerts are sent. */
export const channelSchema = z.discriminatedUnion("kind", [webhook, slack, email]);

/** Keys of a channel, for errors that name the nearest one. */
export const CHANNEL_KEYS: readonly string[] = [
  ...new Set(channelSchema.options.flatMap((option) => Object.keys(option.shape))),
];

export const channelsSchema = z.record(
  z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
  channelSchema,
  {
    error: ({ code }) =>
      code === "invalid_key" ? "expected a name of small letters, digits, - and _" : undefined,
  },
);

export type ChannelConfig = z.output<typeof channelSchema>;
export type ChannelOf<K extends ChannelConfig["kind"]> = Extract<ChannelConfig, { kind: K }>;
export type Channels = Readonly<Record<string, ChannelConfig>>;

/** The key of a signing secret; `undefined` when it is not one. */
export function secretBytes(secret: string): Buffer | undefined {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

const MASK = "***";

/** A channel without its secrets, for everything that is shown. Paths of addresses are secrets too. */
export function maskChannel(channel: ChannelConfig): ChannelConfig {
  switch (channel.kind) {
    case "webhook":
      return {
        ...channel,
        url: maskUrl(channel.url),
        ...(channel.secret === undefined ? {} : { secret: MASK }),
        headers: Object.fromEntries(Object.keys(channel.headers).map((name) => [name, MASK])),
      };
    case "slack":
      return { ...channel, url: maskUrl(channel.url) };
    case "email":
      return { ...channel, ...(channel.password === undefined ? {} : { password: MASK }) };
  }
}

function maskUrl(text: string): string {
  const { origin, pathname, search } = new URL(text);
  return pathname === "/" && search === "" ? origin : `${origin}/${MASK}`;
}
