import { readFile } from "node:fs/promises";
import { type OwnPrices, PricesFileError } from "./own-prices.ts";
import { readOwnPrices } from "./read-own.ts";

export interface PricesLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** The operator's price file, read again when it has changed. A faulty change is told and not taken. */
export class PricesFile {
  readonly #path: string;
  readonly #log: PricesLog;
  #text: string;
  #prices: OwnPrices;

  private constructor(path: string, log: PricesLog, text: string, prices: OwnPrices) {
    this.#path = path;
    this.#log = log;
    this.#text = text;
    this.#prices = prices;
  }

  /** @throws {PricesFileError} when it can not be read or is wrong */
  static async open(path: string, log: PricesLog): Promise<PricesFile> {
    const text = await textOf(path);
    return new PricesFile(path, log, text, readOwnPrices(text, path));
  }

  get prices(): OwnPrices {
    return this.#prices;
  }

  /** Reads it again where its text is another. Never rejects. */
  async refresh(): Promise<void> {
    try {
      const text = await textOf(this.#path);
      if (text === this.#text) return;
      this.#text = text;
      this.#prices = readOwnPrices(text, this.#path);
      this.#log.info(
        { models: this.#prices.size },
        "The price file has changed and holds from now on",
      );
    } catch (error) {
      if (!(error instanceof PricesFileError)) throw error;
      this.#log.warn(
        { reason: error.message },
        "The price file is wrong; the prices stay as they were",
      );
    }
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PricesFileError(`The price file ${path} can not be read: ${reason}`);
  }
}
