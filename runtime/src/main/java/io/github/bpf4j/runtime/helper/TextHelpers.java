/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.Environment;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.HelperScratch;
import io.github.bpf4j.runtime.program.TraceSink;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Helpers that format and parse text. */
public final class TextHelpers {
    private TextHelpers() {}

    /**
     * {@code bpf_trace_printk}: writes a line to the trace pipe.
     *
     * @param ctx the worker
     * @param format memory of the format
     * @param formatOffset where it starts
     * @param size its size, the NUL included
     * @param base1 base of the first argument if it is a pointer
     * @param value1 first argument
     * @param base2 base of the second argument
     * @param value2 second argument
     * @param base3 base of the third argument
     * @param value3 third argument
     * @return bytes of text, or {@code -EINVAL} for a bad format
     */
    public static long tracePrintk(
            ExecutionContext ctx,
            MemorySegment format,
            long formatOffset,
            long size,
            @Nullable MemorySegment base1,
            long value1,
            @Nullable MemorySegment base2,
            long value2,
            @Nullable MemorySegment base3,
            long value3) {
        HelperScratch scratch = ctx.scratch();
        scratch.setArgument(0, base1, value1);
        scratch.setArgument(1, base2, value2);
        scratch.setArgument(2, base3, value3);
        return trace(ctx, format, formatOffset, size, 3);
    }

    /**
     * {@code bpf_trace_vprintk}: writes a line to the trace pipe.
     *
     * @param ctx the worker
     * @param format memory of the format
     * @param formatOffset where it starts
     * @param size its size, the NUL included
     * @param data the arguments, eight bytes each
     * @param dataOffset where they start
     * @param dataLength their size in bytes, at most 96
     * @return bytes of text, or {@code -EINVAL} for a bad format or size
     */
    public static long traceVprintk(
            ExecutionContext ctx,
            MemorySegment format,
            long formatOffset,
            long size,
            @Nullable MemorySegment data,
            long dataOffset,
            long dataLength) {
        int arguments = loadArguments(ctx, data, dataOffset, dataLength);
        return arguments < 0 ? arguments : trace(ctx, format, formatOffset, size, arguments);
    }

    /**
     * {@code bpf_snprintf}: formats into memory.
     *
     * @param ctx the worker
     * @param out receives the text and a NUL
     * @param outOffset where it goes
     * @param outSize bytes of room, may be zero
     * @param format memory of the format, which the verifier has checked
     * @param formatOffset where it starts
     * @param data the arguments, eight bytes each
     * @param dataOffset where they start
     * @param dataLength their size in bytes, at most 96
     * @return bytes that the whole text and its NUL need, or {@code -errno}
     */
    public static long snprintf(
            ExecutionContext ctx,
            @Nullable MemorySegment out,
            long outOffset,
            long outSize,
            MemorySegment format,
            long formatOffset,
            @Nullable MemorySegment data,
            long dataOffset,
            long dataLength) {
        int arguments = loadArguments(ctx, data, dataOffset, dataLength);
        if (arguments < 0) {
            return arguments;
        }
        HelperScratch scratch = ctx.scratch();
        int error = PrintFormat.pack(format, formatOffset, format.byteSize() - formatOffset, arguments, scratch, 0);
        if (error < 0) {
            return error;
        }
        int room = out == null ? 0 : (int) outSize;
        return FormatPrinter.print(format, formatOffset, scratch.arguments(), out, outOffset, room) + 1L;
    }

    private static long trace(ExecutionContext ctx, MemorySegment format, long offset, long size, int arguments) {
        HelperScratch scratch = ctx.scratch();
        boolean unheard = isUnheard(ctx);
        if (unheard) {
            int length = PrintFormat.plainLength(format, offset, size);
            if (length >= 0) {
                return length;
            }
        }
        int error = PrintFormat.pack(format, offset, size, arguments, scratch, 0);
        if (error < 0) {
            return error;
        }
        if (unheard) {
            return FormatPrinter.print(format, offset, scratch.arguments(), null, 0, HelperScratch.TEXT_BYTES);
        }
        int length = FormatPrinter.print(
                format, offset, scratch.arguments(), scratch.textMemory(), 0, HelperScratch.TEXT_BYTES);
        Environment environment = ctx.environment();
        environment
                .trace()
                .message(
                        environment.task(),
                        ctx.cpu(),
                        environment.clock().monotonic(),
                        scratch.text(),
                        Math.min(length, HelperScratch.TEXT_BYTES - 1));
        return length;
    }

    /** Whether nobody takes messages, so that only their length matters: it is the helper's result. */
    @SuppressWarnings("ReferenceEquality") // only the one that is known to do nothing
    private static boolean isUnheard(ExecutionContext ctx) {
        return ctx.environment().trace() == TraceSink.NONE;
    }

    /** Reads an array of arguments; a pointer among them has its base in the references of the stack slot that it was spilled to. */
    private static int loadArguments(ExecutionContext ctx, @Nullable MemorySegment data, long offset, long length) {
        if ((length & 7) != 0 || length > PrintFormat.MAX_ARGUMENTS * (long) Long.BYTES || length > 0 && data == null) {
            return -Errno.EINVAL;
        }
        HelperScratch scratch = ctx.scratch();
        int count = (int) (length / Long.BYTES);
        for (int i = 0; i < count && data != null; i++) {
            long at = offset + (long) i * Long.BYTES;
            MemorySegment base = null;
            if (data.equals(ctx.stack())
                    && at % Long.BYTES == 0
                    && ctx.stackReferences()[(int) (at / Long.BYTES)] instanceof MemorySegment segment) {
                base = segment;
            }
            scratch.setArgument(i, base, data.get(JAVA_LONG_UNALIGNED, at));
        }
        return count;
    }

    /**
     * {@code bpf_strtol}: parses a signed number.
     *
     * @param ctx the worker
     * @param text the text, which need not end with a NUL
     * @param offset where it starts
     * @param length bytes of text
     * @param flags the base: 0 (from the prefix), 8, 10 or 16
     * @param result receives the number, 8 bytes
     * @param resultOffset where it goes
     * @return bytes consumed; {@code -EINVAL} without digits or for a bad base; {@code -ERANGE} if the number does not fit
     */
    public static long strtol(
            ExecutionContext ctx,
            MemorySegment text,
            long offset,
            long length,
            long flags,
            MemorySegment result,
            long resultOffset) {
        return NumberParser.parse(text, offset, length, flags, true, result, resultOffset);
    }

    /**
     * {@code bpf_strtoul}: parses an unsigned number.
     *
     * @param ctx the worker
     * @param text the text, which need not end with a NUL
     * @param offset where it starts
     * @param length bytes of text
     * @param flags the base: 0 (from the prefix), 8, 10 or 16
     * @param result receives the number, 8 bytes
     * @param resultOffset where it goes
     * @return bytes consumed; {@code -EINVAL} without digits, with a minus or for a bad base; {@code -ERANGE} if the number does not fit
     */
    public static long strtoul(
            ExecutionContext ctx,
            MemorySegment text,
            long offset,
            long length,
            long flags,
            MemorySegment result,
            long resultOffset) {
        return NumberParser.parse(text, offset, length, flags, false, result, resultOffset);
    }

    /**
     * {@code bpf_strncmp}: compares a text with a constant string.
     *
     * @param ctx the worker
     * @param text the text
     * @param offset where it starts
     * @param length bytes to compare at most
     * @param constant the string
     * @param constantOffset where it starts
     * @return -1, 0 or 1
     */
    public static long strncmp(
            ExecutionContext ctx,
            MemorySegment text,
            long offset,
            long length,
            MemorySegment constant,
            long constantOffset) {
        for (long i = 0; i < (length & 0xffff_ffffL); i++) {
            int a = text.get(JAVA_BYTE, offset + i) & 0xff;
            int b = constant.get(JAVA_BYTE, constantOffset + i) & 0xff;
            if (a != b) {
                return a < b ? -1 : 1;
            }
            if (a == 0) {
                break;
            }
        }
        return 0;
    }
}
