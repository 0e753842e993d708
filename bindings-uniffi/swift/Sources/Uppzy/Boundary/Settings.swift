internal import UppzyGenerated

extension Configuration {
  /// The settings as the native layer takes them.
  func settings() throws -> ClientSettings {
    ClientSettings(
      apiKey: apiKey, apiKeyFile: apiKeyFile, bearerToken: bearerToken, baseUrl: baseURL,
      tenantId: tenantID, siteId: siteID, headers: pairs(headers), allowHttp: allowHTTP, caFile: caFile,
      caPem: caPEM, proxy: proxy, timeout: timeout?.seconds, sendTimeout: sendTimeout?.seconds,
      uploadTimeout: uploadTimeout?.seconds, askTimeout: askTimeout?.seconds,
      connectTimeout: connectTimeout?.seconds, bodyStallTimeout: bodyStallTimeout?.seconds,
      maxInFlight: try maxInFlight.map { try count("max_in_flight", $0) },
      retry: try retry?.settings(), retryUnknown: retryUnknown, poll: poll?.settings(),
      maxPollRate: maxPollRate,
      journalCapacity: try journalCapacity.map { try count("journal_capacity", $0) },
      userAgentSuffix: userAgentSuffix, environment: environment.map(pairs))
  }
}

private func pairs(_ fields: [String: String]) -> [Pair] {
  fields.sorted { $0.key < $1.key }.map { Pair(name: $0.key, value: $0.value) }
}

extension RetryPolicy {
  fileprivate func settings() throws -> RetrySettings {
    let defaults = defaultRetry()
    return RetrySettings(
      maxAttempts: try maxAttempts.map { try count("max_attempts", $0) } ?? defaults.maxAttempts,
      base: base?.seconds ?? defaults.base, cap: cap?.seconds ?? defaults.cap,
      throttledBase: throttledBase?.seconds ?? defaults.throttledBase,
      throttledCap: throttledCap?.seconds ?? defaults.throttledCap,
      maxRetryAfter: maxRetryAfter?.seconds ?? defaults.maxRetryAfter)
  }
}

extension PollSchedule {
  fileprivate func settings() -> PollSettings {
    if isWorker { return workerPoll() }
    let defaults = defaultPoll()
    return PollSettings(
      first: first?.seconds ?? defaults.first, share: share ?? defaults.share,
      least: least?.seconds ?? defaults.least, most: most?.seconds ?? defaults.most,
      jitter: jitter ?? defaults.jitter, timeout: timeout?.seconds ?? defaults.timeout)
  }
}
