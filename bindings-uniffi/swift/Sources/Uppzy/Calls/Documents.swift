internal import UppzyGenerated

/// Operations on the site's documents: what the assistant knows. From ``UppzyClient/documents``.
///
/// The vendor documents what is sent to create a document, and that the answer has its id; keep that
/// id, since the API knows no other way to find a document again. Uploads are in ``Documents`` as well.
public struct Documents: Sendable {
  let native: NativeClient

  /// Lists documents.
  ///
  /// - Parameters:
  ///   - query: Parameters, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no site id; `CancellationError` when
  ///   the task was cancelled.
  public func list(
    query: Query = [:], timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> Listing<Document> {
    try await called(timeout, retryUnknown) {
      Listing<Document>(try await native.documentsList(query: query.pairs, settings: $0, cancellation: $1))
    }
  }

  /// Creates a document from text. A second call makes a second document.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - content: The text.
  ///   - category: The category, such as `faq`.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `invalid_input` when an argument is empty; `CancellationError` when
  ///   the task was cancelled.
  public func createText(
    title: String, content: String, category: String? = nil, timeout: Duration? = nil,
    retryUnknown: Bool? = nil
  ) async throws -> Document {
    try await called(timeout, retryUnknown) {
      Document(
        try await native.documentsCreateText(
          title: title, content: content, category: category, settings: $0, cancellation: $1))
    }
  }

  /// Creates a question with its answer. A second call makes a second document.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - question: The question that users ask.
  ///   - answer: The answer to give.
  ///   - category: The category, such as `faq`.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `invalid_input` when an argument is empty; `CancellationError` when
  ///   the task was cancelled.
  public func createQA(
    title: String, question: String, answer: String, category: String? = nil, timeout: Duration? = nil,
    retryUnknown: Bool? = nil
  ) async throws -> Document {
    try await called(timeout, retryUnknown) {
      Document(
        try await native.documentsCreateQa(
          title: title, question: question, answer: answer, category: category, settings: $0, cancellation: $1
        ))
    }
  }

  /// Changes a document.
  ///
  /// - Parameters:
  ///   - documentID: The document.
  ///   - patch: The fields to change with their new values, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `not_found` when there is no such document, of kind `invalid_input`
  ///   when the patch is empty; `CancellationError` when the task was cancelled.
  public func update(
    _ documentID: String, patch: JSONValue, timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> Document {
    try await called(timeout, retryUnknown) {
      Document(
        try await native.documentsUpdate(
          documentId: documentID, patch: JsonValue(patch), settings: $0, cancellation: $1))
    }
  }

  /// Activates documents, or makes drafts of them.
  ///
  /// - Parameters:
  ///   - ids: The documents.
  ///   - status: Only active ones take part in answers.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `invalid_input` when there are no ids, or an empty one;
  ///   `CancellationError` when the task was cancelled.
  public func setStatus(
    _ ids: [String], status: DocumentStatus, timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(
        try await native.documentsSetStatus(
          ids: ids, status: status.rawValue, settings: $0, cancellation: $1))
    }
  }

  /// Deletes documents.
  ///
  /// - Parameters:
  ///   - ids: The documents.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `invalid_input` when there are no ids, or an empty one;
  ///   `CancellationError` when the task was cancelled.
  public func delete(
    _ ids: [String], timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(try await native.documentsDelete(ids: ids, settings: $0, cancellation: $1))
    }
  }
}
