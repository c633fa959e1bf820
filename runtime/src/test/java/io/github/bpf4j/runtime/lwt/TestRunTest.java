/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.helper.PacketHelpers;
import io.github.bpf4j.runtime.pipeline.JavaProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks and results of BPF_PROG_TEST_RUN as observed on Linux 6.18. */
class TestRunTest {
    private static final JavaProgram PASS = JavaProgram.returning(ProgramType.LWT_XMIT, 0);

    private static byte[] frame(String ethertype, int payload) {
        return HexFormat.of().parseHex("000000000000" + "020000000001" + ethertype + "00".repeat(payload));
    }

    private static byte[] frame() {
        return frame("0800", 30);
    }

    private static int errno(TestRun run) {
        return assertThrows(TestRunException.class, () -> run.run(PASS, new ExecutionContext(0)))
                .errno();
    }

    private static TestRun with(byte[] context) {
        return new TestRun(frame(), context, 1, 0, ifindex -> ifindex == 7 ? new byte[] {2, 0, 0, 0, 0, 7} : null);
    }

    private static byte[] context(int offset, int size, long value) {
        ByteBuffer bytes = ByteBuffer.allocate(192).order(ByteOrder.nativeOrder());
        return (size == 8 ? bytes.putLong(offset, value) : bytes.putInt(offset, (int) value)).array();
    }

    @ParameterizedTest
    @CsvSource({
        "0800, 20, 0",
        "0800, 19, 22",
        "86dd, 40, 0",
        "86dd, 39, 22",
        "0806, 0, 0",
        "8847, 0, 0",
        "8100, 0, 0",
        "0040, 0, 0",
        "0806, 3698, 0",
        "0806, 3699, 22",
    })
    void sizes(String ethertype, int payload, int errno) throws TestRunException {
        TestRun run = new TestRun(frame(ethertype, payload));
        if (errno != 0) {
            assertEquals(errno, errno(run));
        } else {
            assertEquals(14 + payload, run.run(PASS, new ExecutionContext(0)).data().length);
        }
    }

    @Test
    void lessThanALinkHeaderIsRefused() {
        assertEquals(Errno.EINVAL, errno(new TestRun(new byte[13])));
    }

    @ParameterizedTest
    @CsvSource({"0800, 8", "86dd, 56710", "0806, 1544", "8100, 129", "0040, 1024"})
    void protocolIsTheEthertypeInNetworkOrder(String ethertype, int expected) throws TestRunException {
        int[] seen = {0};
        new TestRun(frame(ethertype, 40))
                .run(
                        new JavaProgram(ProgramType.LWT_IN, (worker, skb) -> {
                            seen[0] = skb.protocol();
                            return 0;
                        }),
                        new ExecutionContext(0));
        assertEquals(expected, seen[0]);
    }

    @ParameterizedTest
    @CsvSource({"000000000000, 0", "ffffffffffff, 2", "01005e000001, 2", "020000000009, 3"})
    void packetTypeComparesWithLoopback(String destination, int expected) throws TestRunException {
        byte[] frame = frame();
        System.arraycopy(HexFormat.of().parseHex(destination), 0, frame, 0, 6);
        int[] seen = {-1, 0};
        new TestRun(frame)
                .run(
                        new JavaProgram(ProgramType.LWT_IN, (worker, skb) -> {
                            seen[0] = skb.packetType();
                            seen[1] = skb.ifindex() + (skb.hasSocket() ? 10 : 0);
                            return 0;
                        }),
                        new ExecutionContext(0));
        assertEquals(expected, seen[0]);
        assertEquals(11, seen[1], "loopback and a socket");
    }

    @Test
    void linkHeaderComesBackAsZeros() throws TestRunException {
        byte[] frame = frame();
        frame[20] = 77;
        TestRun.Result result = new TestRun(frame)
                .run(
                        new JavaProgram(ProgramType.LWT_XMIT, (worker, skb) -> {
                            skb.setBounds(skb.data() - 2, skb.length() + 2);
                            return 128;
                        }),
                        new ExecutionContext(0));
        byte[] expected = new byte[46];
        expected[22] = 77;
        assertArrayEquals(expected, result.data());
        assertEquals(128, result.returnValue());
    }

    @ParameterizedTest
    @CsvSource({
        "8, 4, 305419896, 0",
        "32, 4, -1, 0",
        "36, 4, 5, 0",
        "40, 4, 1, 0",
        "40, 4, 7, 0",
        "40, 4, 8, 19",
        "48, 4, 1, 0",
        "64, 4, 1, 0",
        "152, 8, 9, 0",
        "184, 8, 9, 0",
        "160, 4, 29, 22",
        "160, 4, 30, 0",
        "160, 4, 65536, 0",
        "160, 4, 65537, 22",
        "164, 4, 65535, 0",
        "164, 4, 65536, 22",
        "176, 4, 65536, 0",
        "0, 4, 1, 22",
        "4, 4, 1, 22",
        "12, 4, 1, 22",
        "16, 4, 1, 22",
        "20, 4, 1, 22",
        "24, 4, 1, 22",
        "28, 4, 1, 22",
        "44, 4, 1, 22",
        "68, 4, 1, 22",
        "72, 4, 1, 22",
        "76, 4, 1, 22",
        "80, 4, 1, 22",
        "84, 4, 1, 22",
        "88, 4, 1, 22",
        "140, 4, 1, 22",
        "148, 4, 1, 22",
        "168, 8, 1, 22",
        "180, 4, 1, 22",
    })
    void contextFields(int offset, int size, long value, int errno) throws TestRunException {
        TestRun run = with(context(offset, size, value));
        if (errno != 0) {
            assertEquals(errno, errno(run));
        } else {
            byte[] out = run.run(PASS, new ExecutionContext(0)).context();
            byte[] expected = context(offset, size, value);
            ByteBuffer whole = ByteBuffer.wrap(expected).order(ByteOrder.nativeOrder());
            whole.putInt(40, Math.max(1, whole.getInt(40)));
            whole.putInt(160, whole.getInt(160) == 0 ? 30 : whole.getInt(160));
            assertArrayEquals(expected, out, () -> HexFormat.of().formatHex(out));
        }
    }

    @Test
    void contextLengths() throws TestRunException {
        byte[] long_ = new byte[4096];
        with(long_).run(PASS, new ExecutionContext(0));
        with(new byte[3]).run(PASS, new ExecutionContext(0));
        long_[192] = 1;
        assertEquals(Errno.E2BIG, errno(with(long_)));
        assertEquals(Errno.E2BIG, errno(with(new byte[4097])));
    }

    @Test
    void repeatsRunOnTheSamePacket() throws TestRunException {
        TestRun run = new TestRun(frame(), new byte[0], 5, 0, ifindex -> null);
        TestRun.Result result = run.run(
                new JavaProgram(ProgramType.LWT_XMIT, (worker, skb) -> {
                    skb.setCb(1, skb.cb(1) + 1);
                    return skb.cb(1);
                }),
                new ExecutionContext(0));
        assertEquals(5, result.returnValue());
        assertEquals(
                5,
                ByteBuffer.wrap(result.context()).order(ByteOrder.nativeOrder()).getInt(52));
    }

    @Test
    void interfaceOfTheContextDecidesThePacketType() throws TestRunException {
        byte[] frame = frame();
        System.arraycopy(new byte[] {2, 0, 0, 0, 0, 7}, 0, frame, 0, 6);
        int[] seen = {-1, -1};
        JavaProgram program = new JavaProgram(ProgramType.LWT_XMIT, (worker, skb) -> {
            seen[0] = skb.packetType();
            return 0;
        });
        new TestRun(frame, context(40, 4, 7), 1, 0, with(new byte[0]).hardwareAddress())
                .run(program, new ExecutionContext(0));
        assertEquals(0, seen[0]);
        Arrays.fill(frame, 0, 6, (byte) -1);
        new TestRun(frame, context(40, 4, 7), 1, 0, with(new byte[0]).hardwareAddress())
                .run(program, new ExecutionContext(0));
        assertEquals(1, seen[0]);
    }

    @Test
    void completeChecksumMustStayRight() throws TestRunException {
        byte[] frame = frame();
        frame[20] = 0x12;
        frame[21] = 0x34;
        TestRun run = new TestRun(frame, new byte[0], 1, TestRun.CHECKSUM_COMPLETE, ifindex -> null);
        assertEquals(0, run.run(PASS, new ExecutionContext(0)).returnValue());
        JavaProgram forgetful = new JavaProgram(ProgramType.LWT_XMIT, (worker, skb) -> {
            skb.setChecksum(skb.checksum() + 1);
            return 0;
        });
        assertEquals(
                Errno.EBADMSG,
                assertThrows(TestRunException.class, () -> run.run(forgetful, new ExecutionContext(0)))
                        .errno());
        assertEquals(Errno.EINVAL, errno(new TestRun(frame, new byte[0], 1, 1, ifindex -> null)));
    }

    @Test
    void packetCutWithinItsLinkHeaderHasNoChecksum() {
        JavaProgram cut = new JavaProgram(ProgramType.LWT_XMIT, (context, skb) -> {
            PacketHelpers.changeHead(context, skb, 100, 0);
            return (int) PacketHelpers.changeTail(context, skb, 30, 0);
        });
        TestRun run = new TestRun(frame("0800", 60), new byte[0], 1, TestRun.CHECKSUM_COMPLETE, ifindex -> null);
        assertEquals(
                Errno.EBADMSG,
                assertThrows(TestRunException.class, () -> run.run(cut, new ExecutionContext(0)))
                        .errno());
    }
}
