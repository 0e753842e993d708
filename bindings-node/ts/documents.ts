/** Operations on the site's documents. */

import type { Client } from "../native/native.js";
import { settled } from "./errors.js";
import { called } from "./families.js";
import {
  Document,
  type DocumentStatus,
  Listing,
  OpenObject,
  type WrittenDocument,
  type WrittenListing,
  type WrittenOpen,
} from "./models.js";
import type { CallOptions, ReadOptions } from "./options.js";
import { type UploadOptions, uploaded } from "./uploads.js";

/** Options of {@link Documents.createText}. */
export interface CreateTextOptions extends CallOptions {
  /** The title. */
  title: string;
  /** The text. */
  content: string;
  /** The category, such as `support`. */
  category?: string | undefined;
}

/** Options of {@link Documents.createQa}. */
export interface CreateQaOptions extends CallOptions {
  /** The title. */
  title: string;
  /** The question that users ask. */
  question: string;
  /** The answer to give. */
  answer: string;
  /** The category, such as `faq`. */
  category?: string | undefined;
}

/** Options of {@link Documents.update}. */
export interface UpdateDocumentOptions extends CallOptions {
  /** The document. */
  documentId: string;
  /** The fields to change with their new values, passed on as they are. */
  patch: Readonly<Record<string, unknown>>;
}

/** Options of {@link Documents.setStatus}. */
export interface SetStatusOptions extends CallOptions {
  /** The documents. */
  ids: readonly string[];
  /** Only active ones take part in answers. */
  status: DocumentStatus;
}

/** Options of {@link Documents.delete}. */
export interface DeleteDocumentsOptions extends CallOptions {
  /** The documents. */
  ids: readonly string[];
}

/**
 * Operations on the site's documents: what the assistant knows. From `client.documents`.
 *
 * The vendor documents what is sent to create a document, and that the answer has its id; keep that
 * id, since the API knows no other way to find a document again.
 */
export class Documents {
  readonly #client: Client;

  /** @internal */
  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Lists documents.
   *
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async list(options: ReadOptions = {}): Promise<Listing<Document>> {
    const outcome = await called(this.#client, "documents.list", options);
    const listing = settled(outcome, this.list) as WrittenListing<WrittenDocument>;
    return new Listing(
      listing,
      listing[0].map((item) => new Document(item)),
    );
  }

  /**
   * Uploads a file as a document. Read as it is sent, never whole in memory. Default of `timeoutMs`:
   * the client's `uploadTimeoutMs`, 300 s.
   *
   * @throws {@link FileReadError} The file cannot be read, or changes meanwhile.
   * @throws {@link PayloadTooLargeError} The server refuses its size.
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async upload(options: UploadOptions): Promise<Document> {
    return await uploaded(this.#client, options, this.upload);
  }

  /**
   * Creates a document from text. A second call makes a second document.
   *
   * @throws {@link InvalidInputError} An argument is empty.
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async createText(options: CreateTextOptions): Promise<Document> {
    const outcome = await called(this.#client, "documents.create_text", options);
    return new Document(settled(outcome, this.createText) as WrittenDocument);
  }

  /**
   * Creates a question with its answer. A second call makes a second document.
   *
   * @throws {@link InvalidInputError} An argument is empty.
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async createQa(options: CreateQaOptions): Promise<Document> {
    const outcome = await called(this.#client, "documents.create_qa", options);
    return new Document(settled(outcome, this.createQa) as WrittenDocument);
  }

  /**
   * Changes a document.
   *
   * @throws {@link InvalidInputError} The patch is empty.
   * @throws {@link NotFoundError} There is no such document on this site.
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async update(options: UpdateDocumentOptions): Promise<Document> {
    const outcome = await called(this.#client, "documents.update", options);
    return new Document(settled(outcome, this.update) as WrittenDocument);
  }

  /**
   * Activates documents, or makes drafts of them.
   *
   * @throws {@link InvalidInputError} There are no ids, or an empty one, or the status is empty.
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async setStatus(options: SetStatusOptions): Promise<OpenObject> {
    const outcome = await called(this.#client, "documents.set_status", options);
    return new OpenObject(settled(outcome, this.setStatus) as WrittenOpen);
  }

  /**
   * Deletes documents.
   *
   * @throws {@link InvalidInputError} There are no ids, or an empty one.
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async delete(options: DeleteDocumentsOptions): Promise<OpenObject> {
    const outcome = await called(this.#client, "documents.delete", options);
    return new OpenObject(settled(outcome, this.delete) as WrittenOpen);
  }
}
