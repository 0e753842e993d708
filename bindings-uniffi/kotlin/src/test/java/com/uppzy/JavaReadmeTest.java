package com.uppzy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.uppzy.java.CallOptions;
import com.uppzy.java.UppzyClient;
import com.uppzy.testing.Sandbox;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Java example of README.md, as it is printed there. */
class JavaReadmeTest {
    private static Sandbox sandbox;

    @BeforeAll
    static void start() throws Exception {
        sandbox = Sandbox.start();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void asks() throws Exception {
        try (UppzyClient client = sandboxClient()) {
            ChatRequest question = ChatRequest.builder("ticket-1", "When are you open?").build();
            Answer answer = client.chat().ask(question, CallOptions.timeout(Duration.ofSeconds(90))).join();
            System.out.println(answer.getText());
            assertFalse(answer.getText().isEmpty());
        }
    }

    @Test
    void makesAClient() {
        // Only made: the site is not one of the sandbox's.
        String key = sandbox.getApiKey();
        try (UppzyClient client = UppzyClient.builder().apiKey(key).siteId("site-1").build()) {
            assertEquals("site-1", client.kotlin().getSiteId());
        }
    }

    private static UppzyClient sandboxClient() {
        return UppzyClient.builder()
                .baseUrl(sandbox.getBaseUrl())
                .apiKey(sandbox.getApiKey())
                .siteId(sandbox.getSiteId())
                .environment(Map.of())
                .build();
    }
}
