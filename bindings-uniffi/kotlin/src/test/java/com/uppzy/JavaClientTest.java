package com.uppzy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.uppzy.java.CallOptions;
import com.uppzy.java.Durations;
import com.uppzy.java.PollScheduleBuilder;
import com.uppzy.java.RetryPolicyBuilder;
import com.uppzy.java.UploadOptions;
import com.uppzy.java.UppzyClient;
import com.uppzy.java.UppzyClientBuilder;
import com.uppzy.testing.Sandbox;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package as a program in Java uses it. */
class JavaClientTest {
    private static Sandbox sandbox;

    @BeforeAll
    static void start() throws Exception {
        sandbox = Sandbox.start();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static UppzyClient client() {
        return builder().build();
    }

    private static UppzyClientBuilder builder() {
        return UppzyClient.builder()
                .baseUrl(sandbox.getBaseUrl())
                .apiKey(sandbox.getApiKey())
                .tenantId(sandbox.getTenantId())
                .siteId(sandbox.getSiteId())
                .timeout(Duration.ofSeconds(20))
                .environment(Map.of());
    }

    @Test
    void asksAndRates() {
        try (UppzyClient client = client()) {
            ChatRequest question =
                    ChatRequest.builder("java-1", "Are you open?").responseLanguage("en").build();
            Answer answer = client.chat().ask(question, CallOptions.timeout(Duration.ofSeconds(30))).join();
            assertFalse(answer.getText().isEmpty());
            assertTrue(Durations.elapsed(answer.getMeta()).toMillis() > 0);
            FeedbackReceipt receipt =
                    client.chat()
                            .feedback(answer.getSessionId(), answer.getRequestId(), Feedback.GOOD)
                            .join();
            assertTrue(receipt.isFirst());
        }
    }

    @Test
    void submitsResumesAndTellsOfStates() {
        try (UppzyClient client = client()) {
            PendingAnswer pending = client.chat().submit(new ChatRequest("java-2", "Are you open?")).join();
            PendingAnswer again = client.chat().resume(pending.getToken());
            List<String> states = Collections.synchronizedList(new ArrayList<>());
            client.chat().states(again, state -> states.add(state.getStatus().getValue())).join();
            assertEquals("completed", states.get(states.size() - 1));
            assertFalse(client.chat().result(again).join().getText().isEmpty());
        }
    }

    @Test
    void asksMany() {
        try (UppzyClient client = client()) {
            List<ChatRequest> questions =
                    List.of(new ChatRequest("java-a", "One?"), new ChatRequest("java-b", "Two?"));
            List<AskOutcome> outcomes = Collections.synchronizedList(new ArrayList<>());
            client.chat().askMany(questions, outcomes::add).join();
            assertEquals(2, outcomes.size());
            assertFalse(outcomes.get(0).getOrThrow().getText().isEmpty());
        }
    }

    @Test
    void uploadsAStream() {
        try (UppzyClient client = client()) {
            ByteArrayInputStream content = new ByteArrayInputStream("Lamps glow.".getBytes());
            Document document = client.documents().upload(content, "lamps.txt").join();
            assertFalse(document.getId().isEmpty());
            assertEquals(200, client.documents().delete(List.of(document.getId())).join().getMeta().getHttpStatus());
        }
    }

    @Test
    void uploadsAFileUnderAnotherNameAndTellsOfProgress(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("draft.bin"), "Lamps glow. ".repeat(20_000));
        sandbox.control("DELETE", "/journal");
        List<Long> sent = Collections.synchronizedList(new ArrayList<>());
        UploadOptions options =
                UploadOptions.DEFAULT
                        .withFileName("lamps.txt")
                        .withContentType("text/x-lamps")
                        .withCall(CallOptions.timeout(Duration.ofSeconds(60)))
                        .withProgress(progress -> sent.add(progress.getSent()));
        try (UppzyClient client = client()) {
            assertFalse(client.documents().upload(file, options).join().getId().isEmpty());
            byte[] content = "Lamps glow.".getBytes();
            client.documents().upload(content, "glow.txt", options.withFileName("a.txt")).join();
            UploadOptions ofLength = UploadOptions.DEFAULT.withLength(content.length).withContentType("text/y");
            client.documents().upload(new ByteArrayInputStream(content), "b.txt", ofLength).join();
        }
        assertTrue(sent.get(sent.size() - 1) > 0, "the last progress");
        assertTrue(Collections.max(sent) >= 200_000, "all was told of");
        List<String> seen = new ArrayList<>();
        for (Map<String, Object> entry : entries()) {
            seen.add(entry.get("file_name") + " " + entry.get("file_content_type"));
        }
        assertEquals(List.of("lamps.txt text/x-lamps", "a.txt text/x-lamps", "b.txt text/y"), seen);
    }

    @Test
    void policiesAreMadeWithBuilders() throws Exception {
        RetryPolicy twice =
                new RetryPolicyBuilder()
                        .maxAttempts(2)
                        .base(Duration.ofMillis(1))
                        .cap(Duration.ofMillis(2))
                        .throttledBase(Duration.ofMillis(3))
                        .throttledCap(Duration.ofMillis(4))
                        .maxRetryAfter(Duration.ofSeconds(5))
                        .build();
        PollSchedule often =
                new PollScheduleBuilder()
                        .first(Duration.ofMillis(10))
                        .share(0.5)
                        .least(Duration.ofMillis(20))
                        .most(Duration.ofMillis(30))
                        .jitter(0.0)
                        .timeout(Duration.ofMillis(200))
                        .build();
        sandbox.control("DELETE", "/journal");
        sandbox.control("PUT", "/rules", List.of(Map.of("effect", Map.of("status", 503))));
        try (UppzyClient client = builder().retry(twice).poll(often).build()) {
            CompletionException wrapped =
                    assertThrows(CompletionException.class, () -> client.tenant().limits().join());
            UppzyException error = assertInstanceOf(ServiceUnavailableException.class, wrapped.getCause());
            assertEquals(2, entries().size());
            AttemptRecord first = error.getAttempts().get(0);
            Duration delay = Durations.delayBeforeNext(first).orElseThrow();
            assertTrue(delay.compareTo(Duration.ofMillis(4)) <= 0, "the delay was " + delay);
            sandbox.control("PUT", "/rules", List.of());
            sandbox.control("PUT", "/progression", Map.of("mode", "never"));
            wrapped =
                    assertThrows(
                            CompletionException.class,
                            () -> client.chat().ask(new ChatRequest("java-5", "Hi")).join());
            PollTimeoutException late = assertInstanceOf(PollTimeoutException.class, wrapped.getCause());
            Duration elapsed = Durations.elapsed(late);
            assertTrue(elapsed.toMillis() > 100 && elapsed.toMinutes() < 2, "it took " + elapsed);
        } finally {
            sandbox.control("PUT", "/rules", List.of());
            sandbox.control("PUT", "/progression", Map.of("mode", "immediate"));
        }
    }

    @Test
    void durationsAreReadAsJavasOwn() throws Exception {
        List<Event> events = Collections.synchronizedList(new ArrayList<>());
        sandbox.control(
                "PUT",
                "/rules",
                List.of(Map.of("match", Map.of("nth", 1), "effect", Map.of("status", 503))));
        RetryPolicy quick = new RetryPolicyBuilder().throttledBase(Duration.ofMillis(2)).build();
        try (UppzyClient client = builder().retry(quick).build();
                AutoCloseable told = client.onEvent(events::add)) {
            OpenObject limits = client.tenant().limits().join();
            await("the call's end is told", () -> events.stream().anyMatch(Event.CallEnded.class::isInstance));
            Duration waited = Duration.ZERO;
            Duration tried = Duration.ZERO;
            Duration whole = Duration.ZERO;
            for (Event event : new ArrayList<>(events)) {
                if (event instanceof Event.Retry) {
                    waited = Durations.delay((Event.Retry) event);
                } else if (event instanceof Event.Attempt) {
                    tried = tried.plus(Durations.duration((Event.Attempt) event));
                } else if (event instanceof Event.CallEnded) {
                    whole = Durations.elapsed((Event.CallEnded) event);
                }
            }
            assertTrue(waited.toNanos() > 0 && tried.toNanos() > 0, waited + " " + tried);
            assertTrue(whole.compareTo(tried) >= 0, whole + " is less than " + tried);
            assertEquals(2, limits.getMeta().getAttempts());
            LatencySummary latency = client.metrics().getOperations().get("tenant.limits").getLatency();
            assertEquals(Durations.sum(latency), Durations.mean(latency));
            assertTrue(Durations.max(latency).compareTo(waited) >= 0);
            assertTrue(Durations.p50(latency).compareTo(Durations.p99(latency)) <= 0);
            assertTrue(Durations.p95(latency).compareTo(Durations.p99(latency)) <= 0);
        } finally {
            sandbox.control("PUT", "/rules", List.of());
        }
    }

    @Test
    void failsWithTheExceptionOfTheKind() {
        try (UppzyClient client = client()) {
            CompletableFuture<Answer> call = client.chat().send(new ChatRequest("java-3", ""));
            CompletionException wrapped = assertThrows(CompletionException.class, call::join);
            InvalidInputException error = assertInstanceOf(InvalidInputException.class, wrapped.getCause());
            assertEquals("message", error.getField());
            assertInstanceOf(QueueVerdict.GiveUp.class, error.queueVerdict());
        }
    }

    @Test
    void cancellingAFutureStopsTheCall() throws Exception {
        sandbox.control("DELETE", "/journal");
        sandbox.control("PUT", "/rules", List.of(Map.of("effect", Map.of("stall", "head"))));
        try (UppzyClient client = client()) {
            CompletableFuture<Answer> call = client.chat().send(new ChatRequest("java-4", "Hi"));
            await("it is at the server", () -> entries().size() == 1);
            call.cancel(true);
            assertThrows(CancellationException.class, call::join);
            await("the server sees it", () -> Boolean.TRUE.equals(entries().get(0).get("client_gone")));
        } finally {
            sandbox.control("PUT", "/rules", List.of());
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> entries() throws Exception {
        return (List<Map<String, Object>>) sandbox.control("GET", "/journal").get("entries");
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < until, "never happened: " + what);
            Thread.sleep(10);
        }
    }
}
