package com.uppzy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.uppzy.java.CallOptions;
import com.uppzy.java.Durations;
import com.uppzy.java.UppzyClient;
import com.uppzy.testing.Sandbox;
import java.io.ByteArrayInputStream;
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
        return UppzyClient.builder()
                .baseUrl(sandbox.getBaseUrl())
                .apiKey(sandbox.getApiKey())
                .tenantId(sandbox.getTenantId())
                .siteId(sandbox.getSiteId())
                .timeout(Duration.ofSeconds(20))
                .environment(Map.of())
                .build();
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
