/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Rejection;
import io.github.bpf4j.runtime.helper.Helper;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.program.ContextField;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds the words for each typed reason. */
final class Explanations {
    private Explanations() {}

    /**
     * What is known besides the reason.
     *
     * @param inCall whether the rejected instruction is a call, so that the access is the called function's
     * @param staleAfter name of the function after whose call the register's packet pointer is void, or empty
     * @param releasedBy name of the function that released what the register points to, or empty
     * @param acquiredIn C line that acquired the reference in question, or empty
     * @param standalone whether the path starts in a function that is verified on its own
     */
    record Background(boolean inCall, String staleAfter, String releasedBy, String acquiredIn, boolean standalone) {}

    /**
     * Explains a rejection.
     *
     * @param program the rejected program
     * @param reason why it was rejected
     * @param background what else is known
     * @return the words
     */
    static Explanation explain(Program program, Rejection reason, Background background) {
        if (!background.staleAfter().isEmpty()) {
            return stalePointer(background.staleAfter());
        }
        if (!background.releasedBy().isEmpty()) {
            return released(background.releasedBy());
        }
        boolean inCall = background.inCall();
        String acquiredIn = background.acquiredIn();
        return switch (reason) {
            case Rejection.MalformedControlFlow r ->
                new Explanation(
                        "the instructions do not form a program: " + r.detail(),
                        "every path must stay inside the program and end with exit, and every instruction must be reachable",
                        "if clang made this object, compile it again; if it was edited or generated, check the jump offsets");
            case Rejection.InvalidInstruction r ->
                new Explanation(
                        "an instruction is not allowed here: " + r.detail(),
                        "Linux refuses it for " + program.type() + " programs too",
                        "compile for an instruction set that Linux accepts, such as -mcpu=v3, and avoid the construct on this line");
            case Rejection.UninitializedRegister r -> uninitialized(r);
            case Rejection.FramePointerWritten r ->
                new Explanation(
                        "r10 is written",
                        "r10 is the frame pointer and read-only",
                        "copy r10 to another register and change the copy");
            case Rejection.OutOfBoundsPacketAccess r -> packetAccess(r);
            case Rejection.PacketWrite r ->
                new Explanation(
                        "the packet is written",
                        program.type() + " programs may read the packet but not change it",
                        "attach the program as lwt_xmit, which may write the packet, or keep what you want to store in a map");
            case Rejection.OutOfBoundsMemoryAccess r -> memoryAccess(r);
            case Rejection.MemoryPermission r ->
                new Explanation(
                        (r.write() ? "read-only memory is written" : "write-only memory is read") + " through r"
                                + r.register(),
                        r.kind() + " may not be " + (r.write() ? "written" : "read") + " by a program",
                        r.write()
                                ? "copy the data to the stack or to a writable map and change the copy; constants belong in .rodata, variables in .data or .bss"
                                : "create the map without BPF_F_WRONLY_PROG, or do not read it in the program");
            case Rejection.MaybeNullDereference r
            when background.standalone() && r.kind().equals("mem_or_null") ->
                new Explanation(
                        "r" + r.register() + " may be NULL here",
                        "a global function is verified on its own, for all callers, so that any pointer it gets may be NULL (mem_or_null)",
                        "test the pointer before using it, tag the argument __arg_nonnull, or make the function static");
            case Rejection.MaybeNullDereference r ->
                new Explanation(
                        "r" + r.register() + " may be NULL here",
                        "it comes from a call that returns NULL when there is nothing to return (" + r.kind()
                                + "), and no check stands between",
                        "test the pointer before using it: if (!ptr) return BPF_OK;");
            case Rejection.NotDereferenceable r -> notDereferenceable(r);
            case Rejection.InvalidContextAccess r -> contextAccess(program.type(), r);
            case Rejection.StackOutOfBounds r ->
                new Explanation(
                        inCall
                                ? "the called function may leave the buffer on the stack"
                                : "the access leaves the stack frame",
                        "a frame has 512 bytes below r10, from -512 to -1; this access of " + bytes(r.size())
                                + " starts at " + range(r.minOffset(), r.maxOffset()),
                        inCall
                                ? "pass the buffer's own size: sizeof buf, and make the buffer as large as what is to be stored in it"
                                : "check the index of the local array against its size before using it, or move large arrays to a map (a per-CPU array with one entry is usual)");
            case Rejection.StackContents r ->
                new Explanation(
                        "stack memory is used that has not been filled",
                        "bytes from r10" + signed(r.offset()) + " on, " + bytes(r.size())
                                + ", are not all written on this path, or hold something that may not be read as bytes",
                        "initialise the whole variable before passing or reading it, padding included: struct key k = {}; or __builtin_memset(&k, 0, sizeof k);");
            case Rejection.MisalignedAccess r ->
                new Explanation(
                        "the access is not aligned",
                        "an access of " + bytes(r.size()) + " to " + r.kind()
                                + " must be at a multiple of its size; the offset is " + r.offset(),
                        "align the variable or field, or copy it with __builtin_memcpy; do not cast a char * to a wider type");
            case Rejection.PointerArithmetic r ->
                new Explanation(
                        "arithmetic that pointers to " + r.kind() + " do not allow",
                        r.detail(),
                        r.kind().contains("or_null")
                                ? "test the pointer for NULL before adding to it"
                                : "add only numbers with known bounds to a pointer, with 64-bit addition; bound the index first: if (i >= N) return BPF_OK;");
            case Rejection.UnknownFunction r ->
                new Explanation(
                        "there is no helper with number " + r.id(),
                        "neither Linux 6.18 nor bpf4j has it",
                        "check that the object was built against a bpf_helpers.h of a released kernel, and that CO-RE guards such as bpf_core_enum_value_exists were kept");
            case Rejection.UnresolvedRelocation r ->
                new Explanation(
                        "the instruction refers to something that does not exist here",
                        r.detail(),
                        "guard the use with bpf_core_field_exists(), bpf_core_type_exists() or bpf_ksym_exists(), or load with the types of the target kernel");
            case Rejection.InvalidFormat r ->
                new Explanation(
                        "bpf_snprintf does not take this format",
                        "the format has more conversions than the call has arguments (" + r.arguments()
                                + "), or one that the kernel does not know",
                        "use %d %i %u %x %X with l or ll, %c, %s, %p, %pi4, %pI4, %pi6 or %pI6, without precision, and pass one u64 per conversion");
            case Rejection.HelperNotAllowed r -> helperNotAllowed(program, r);
            case Rejection.HelperNotImplemented r ->
                new Explanation(
                        r.name() + " is not available in bpf4j",
                        r.note(),
                        "remove the call, or guard it with a constant that you set before loading so that it becomes dead code");
            case Rejection.ArgumentMismatch r ->
                new Explanation(
                        "argument " + r.register() + " of " + r.function() + " has the wrong type",
                        "r" + r.register() + " is " + r.actual() + ", expected is " + r.expected(),
                        r.actual().contains("or_null")
                                ? "test the pointer for NULL before passing it"
                                : "pass what the function's prototype in bpf_helpers.h asks for; memory arguments must point to the stack, a map value or the packet");
            case Rejection.ArgumentSize r ->
                new Explanation(
                        "the size in r" + r.register() + " that " + r.function()
                                + " gets is not proven to be acceptable",
                        r.detail(),
                        "bound the size on both sides before the call: if (len < 1 || len > sizeof buf) return BPF_OK; and use an unsigned type");
            case Rejection.MapMisuse r ->
                new Explanation(
                        "map " + r.map() + " cannot be used this way"
                                + (r.function().isEmpty() ? "" : " with " + r.function()),
                        r.detail(),
                        "choose the map type that the function works on, see the table of map types in the documentation");
            case Rejection.UnreleasedReference r ->
                new Explanation(
                        "a reference is not released",
                        "the call at instruction " + r.acquiredAt()
                                + (acquiredIn.isEmpty() ? "" : " (" + acquiredIn + ")")
                                + " acquired it, and on this path nothing gives it back",
                        "release it on every path, error returns included: bpf_ringbuf_submit or bpf_ringbuf_discard for a ring buffer record, the iterator's destroy function for an iterator");
            case Rejection.InvalidRelease r ->
                new Explanation(
                        "something is released that holds no reference",
                        r.detail(),
                        "release exactly what was acquired, once, with offset 0, and do not use the pointer afterwards");
            case Rejection.RegionMisuse r ->
                new Explanation(
                        "the " + r.region() + " region is not properly nested",
                        r.detail(),
                        "leave the region on every path before returning, and call inside it only what is allowed there");
            case Rejection.StackObjectMisuse r ->
                new Explanation(
                        "a dynptr, iterator or saved flag on the stack is used wrongly",
                        r.detail(),
                        "initialise the object with its constructor once, use it only through its functions, and destroy or submit it on every path");
            case Rejection.SubprogramMisuse r ->
                new Explanation(
                        "a subprogram or callback is used wrongly",
                        r.detail(),
                        "check the function's arguments and return value against its prototype; a callback returns 0 to continue or 1 to stop");
            case Rejection.CallDepth r ->
                new Explanation(
                        "the call chain needs " + r.frames() + " frames and " + r.bytes() + " bytes of stack",
                        "at most 8 frames and 512 bytes in all are allowed",
                        "make local variables smaller, move large ones to a per-CPU array map, or inline functions with __always_inline");
            case Rejection.InfiniteLoop r ->
                new Explanation(
                        "the loop does not end",
                        "the verifier reached the same instruction with the same state: nothing that decides the loop changes",
                        "give the loop a counter that changes in every round and a constant bound, or use bpf_for() or bpf_loop()");
            case Rejection.BudgetExhausted r ->
                new Explanation(
                        "the program is too complex to verify",
                        "the budget of " + r.limit() + " (" + r.budget()
                                + ") is used up; often a loop has no bound that the verifier can see",
                        "bound loops by a constant, use bpf_loop() or bpf_for() for long ones, move code into global (non-static) functions, or raise the budget in VerifierOptions");
            case Rejection.Unsupported r ->
                new Explanation(
                        "bpf4j does not support this: " + r.feature(),
                        "Linux has it, this runtime does not",
                        "avoid the feature, or guard it with a constant that is set before loading");
        };
    }

    private static Explanation stalePointer(String function) {
        return new Explanation(
                "a packet pointer is used after " + function,
                function + " may move or resize the packet, so every pointer into it that was read before is void",
                "read skb->data and skb->data_end again after the call and repeat the bounds check");
    }

    private static Explanation released(String function) {
        return new Explanation(
                "memory is used after " + function + " gave it back",
                "after the call the record belongs to the reader or to the next reservation",
                "read what you still need into a local variable before the call");
    }

    private static Explanation uninitialized(Rejection.UninitializedRegister r) {
        if (r.register() == 0) {
            return new Explanation(
                    "the return value in r0 is not set",
                    "a program returns r0, and on this path nothing has been written to it",
                    "return a value on every path: return BPF_OK;");
        }
        return new Explanation(
                "r" + r.register() + " is read before anything was written to it",
                "it holds nothing on this path; a call also leaves r1 to r5 empty",
                "initialise the variable on every path that leads here");
    }

    private static Explanation packetAccess(Rejection.OutOfBoundsPacketAccess r) {
        long end = r.offset() + r.size();
        if (r.provenRange() <= 0) {
            return new Explanation(
                    "r" + r.register() + " may point past the end of the packet",
                    "no comparison with skb->data_end covers this pointer, so a short packet would be read beyond its end",
                    "before this line: if ((void *)(ptr + 1) > data_end) return BPF_OK; with ptr the very pointer that is used here");
        }
        long missing = end - r.provenRange();
        return new Explanation(
                "r" + r.register() + " may point past the end of the packet",
                "the checks on this path prove " + bytes(r.provenRange()) + ", this access needs " + bytes(end)
                        + (missing > 0 ? ": " + missing + " more" : "")
                        + (r.offset() < 0 ? "; the offset " + r.offset() + " lies before what was checked" : ""),
                "make the comparison with data_end cover the whole access: compare the end of the last field that is read, "
                        + "and use > (not >=) with pointer + size");
    }

    private static Explanation memoryAccess(Rejection.OutOfBoundsMemoryAccess r) {
        return new Explanation(
                "the access may leave the memory that r" + r.register() + " points to",
                r.kind() + " has " + bytes(r.memorySize()) + "; the access of " + bytes(r.size()) + " starts at "
                        + range(r.minOffset(), r.maxOffset()),
                r.minOffset() == r.maxOffset()
                        ? "check the size of the value type against what is accessed"
                        : "bound the index on both sides before using it, with an unsigned type: if (i >= ARRAY_SIZE) return BPF_OK; or mask it: i &= SIZE - 1;");
    }

    private static Explanation notDereferenceable(Rejection.NotDereferenceable r) {
        boolean number = r.kind().startsWith("scalar") || r.kind().startsWith("inv");
        return new Explanation(
                "r" + r.register() + " is dereferenced but is " + (number ? "a number" : r.kind()),
                number
                        ? "a number is not a pointer: either the pointer was lost in arithmetic or by storing only part of it, or it was never one"
                        : "pointers of this kind cannot be dereferenced",
                number
                        ? "keep pointers in pointer variables, do not squeeze them into 32 bits, and read skb->data as (void *)(long)skb->data"
                        : "use the functions made for this kind of pointer");
    }

    private static Explanation contextAccess(ProgramType type, Rejection.InvalidContextAccess r) {
        String access = bytes(r.size()) + " at offset " + r.offset() + " of __sk_buff";
        ContextField field = ContextField.at(r.offset());
        String what = r.write() ? "written" : "read";
        if (field == null) {
            return new Explanation(
                    "the context has no field here that " + type + " programs may use",
                    access + " may not be " + what,
                    "use one of the fields of __sk_buff open to LWT programs: "
                            + ContextField.rows().stream()
                                    .map(ContextField::name)
                                    .collect(Collectors.joining(", ")));
        }
        return new Explanation(
                "skb->" + field.name() + " may not be " + what + " like this",
                access + " may not be " + what,
                r.write()
                        ? "programs may write mark, priority and cb only, with their full width"
                        : "read the field with its declared type");
    }

    private static Explanation helperNotAllowed(Program program, Rejection.HelperNotAllowed r) {
        if (r.reason().toLowerCase(Locale.ROOT).contains("gpl")) {
            return new Explanation(
                    r.name() + " may only be called by GPL-compatible programs",
                    program.license().isEmpty()
                            ? "the object has no license section"
                            : "the object's license is \"" + program.license() + "\"",
                    "declare the license if it applies: char _license[] SEC(\"license\") = \"GPL\";");
        }
        Helper helper = HelperTable.byName(r.name());
        String types = helper == null
                ? ""
                : helper.programTypes().stream()
                        .map(ProgramType::sectionName)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return new Explanation(
                program.type() + " programs may not call " + r.name(),
                r.reason(),
                types.isEmpty()
                        ? "no LWT program may call it; look for another helper that does the job"
                        : "attach the program as a type that may: " + types);
    }

    private static String bytes(long count) {
        return count == 1 ? "1 byte" : count + " bytes";
    }

    private static String signed(long offset) {
        return offset < 0 ? Long.toString(offset) : "+" + offset;
    }

    private static String range(long from, long to) {
        if (from == to) {
            return "offset " + from;
        }
        return "offset " + (from == Long.MIN_VALUE ? "(unbounded)" : Long.toString(from)) + " to "
                + (to == Long.MAX_VALUE ? "(unbounded)" : Long.toString(to));
    }
}
