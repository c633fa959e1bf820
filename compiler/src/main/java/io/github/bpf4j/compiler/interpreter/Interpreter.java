/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

import io.github.bpf4j.compiler.interpreter.InterpreterTrapException.Reason;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.helper.Helper;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.KfuncTable;
import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.map.ArenaMemory;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs one program, instruction by instruction. The program need not have been verified: whatever it does that a verified program never
 * does ends it with an {@link InterpreterTrapException}. Not thread-safe; one object is one run.
 *
 * <p>It knows no facts, so arithmetic is done in 32 bits where an operand is a pointer into an arena. Compiled code and Linux do it so
 * wherever some path has such an operand, on the other paths, too.
 */
public final class Interpreter {
    /** Iterations that {@code may_goto} allows in one frame, as in Linux. */
    public static final int MAY_GOTO_BUDGET = 8 * 1024 * 1024;

    private static final int TAIL_CALL = 12;

    /** Sees the registers before each instruction. */
    @FunctionalInterface
    public interface Observer {
        /**
         * An instruction is about to be executed.
         *
         * @param frame 0 for the program, 1 for a subprogram it called, and so on
         * @param slot the instruction's slot
         * @param registers r0 to r10; null before they are written. Valid during the call, not to be changed
         */
        void before(int frame, int slot, @Nullable Value[] registers);
    }

    private static final int FRAME_POINTER = 10;
    private static final int ARGUMENTS = 5;

    private final Program program;
    private final List<Instruction> instructions;
    private final ExecutionContext context;
    private final @Nullable SkBuff skb;
    private final Memory memory;
    private final long budget;
    private final @Nullable Observer observer;
    private long executed;

    private Interpreter(
            Program program, ExecutionContext context, @Nullable SkBuff skb, long budget, @Nullable Observer observer) {
        this.program = program;
        this.instructions = program.instructions();
        this.context = context;
        this.skb = skb;
        this.memory = new Memory(context);
        this.budget = budget;
        this.observer = observer;
    }

    /**
     * Runs a program on a packet.
     *
     * @param program the program
     * @param context the worker's state
     * @param skb the packet
     * @param budget most instructions to execute
     * @param observer sees every step, or null
     * @return {@code r0}
     * @throws InterpreterTrapException if the program does something unsafe or exceeds the budget
     */
    public static long run(
            Program program, ExecutionContext context, SkBuff skb, long budget, @Nullable Observer observer) {
        Interpreter run = new Interpreter(program, context, skb, budget, observer);
        SkBuff outer = context.skb();
        context.setSkb(skb);
        try {
            return run.call(0, 0, new Value(0, skb, 0, 0));
        } finally {
            context.setSkb(outer);
        }
    }

    /**
     * Runs a program over a buffer: {@code r1} points to it, {@code r2} is its size.
     *
     * @param program the program
     * @param context the worker's state
     * @param buffer the memory
     * @param budget most instructions to execute
     * @param observer sees every step, or null
     * @return {@code r0}
     * @throws InterpreterTrapException if the program does something unsafe or exceeds the budget
     */
    public static long run(
            Program program, ExecutionContext context, MemorySegment buffer, long budget, @Nullable Observer observer) {
        Interpreter run = new Interpreter(program, context, null, budget, observer);
        long size = buffer.byteSize();
        return run.call(0, 0, Value.pointer(buffer, 0, size), Value.scalar(size));
    }

    /** Runs a function in a new frame. */
    private long call(int start, int frame, Value... arguments) {
        Value result = callForValue(start, frame, arguments);
        if (result == null) {
            throw trap(start, Reason.UNINITIALIZED_REGISTER, "R0 !read_ok");
        }
        return result.asNumber();
    }

    private @Nullable Value callForValue(int start, int frame, @Nullable Value... arguments) {
        long size = ExecutionContext.FRAME_SIZE;
        if ((frame + 1) * size > context.stack().byteSize()) {
            throw trap(start, Reason.CALL_DEPTH, "too many frames");
        }
        @Nullable Value[] r = new @Nullable Value[FRAME_POINTER + 1];
        System.arraycopy(arguments, 0, r, 1, arguments.length);
        r[FRAME_POINTER] = new Value((frame + 1) * size, context.stack(), frame * size, (frame + 1) * size);
        int mayGoto = MAY_GOTO_BUDGET;
        int slot = start;
        while (true) {
            if (++executed > budget) {
                throw trap(slot, Reason.BUDGET, "more than " + budget + " instructions");
            }
            if (observer != null) {
                observer.before(frame, slot, r);
            }
            Instruction instruction = instructions.get(slot);
            int next = slot + 1;
            switch (instruction) {
                case Alu alu -> r[alu.dst()] = arithmetic(slot, alu, r);
                case Neg(Width width, int dst) -> {
                    long value = read(slot, r, dst).asNumber();
                    r[dst] = Value.scalar(width == Width.W64 ? -value : Arithmetic.zeroExtend(-(int) value));
                }
                case Mov move -> r[move.dst()] = move(slot, move, r);
                case ByteSwap(Swap kind, int bits, int dst) ->
                    r[dst] = Value.scalar(
                            Arithmetic.byteSwap(kind, bits, read(slot, r, dst).asNumber()));
                case Load(Size width, boolean signed, int dst, int base, int offset) ->
                    r[dst] = memory.load(slot, read(slot, r, base), offset, width, signed);
                case Store(Size width, int base, int offset, Operand src) ->
                    memory.store(slot, read(slot, r, base), offset, width, operand(slot, src, r));
                case Atomic atomic -> atomic(slot, atomic, r);
                case LoadAcquire load -> r[load.dst()] = loadAcquire(slot, load, r);
                case StoreRelease(Size width, int base, int offset, int src) ->
                    memory.store(slot, read(slot, r, base), offset, width, read(slot, r, src));
                case LoadImm64 constant -> {
                    r[constant.dst()] = constant(slot, constant);
                    next = slot + 2;
                }
                case Jump(int offset, boolean isLong) -> next += offset;
                case MayGoto(int offset) -> {
                    if (mayGoto-- == 0) {
                        next += offset;
                        mayGoto = 0;
                    }
                }
                case Branch branch -> {
                    if (holds(slot, branch, r)) {
                        next += branch.offset();
                    }
                }
                case LegacyPacketLoad packetLoad -> {
                    Value loaded = packetLoad(slot, packetLoad, r);
                    if (loaded == null) {
                        return Value.ZERO;
                    }
                    clobberArguments(r);
                    r[0] = loaded;
                }
                case Call call -> {
                    Value ended = tailCall(frame, call, r);
                    if (ended != null) {
                        return ended;
                    }
                    @Nullable Value result = dispatch(slot, frame, call, r);
                    clobberArguments(r);
                    r[0] = result;
                }
                case Exit() -> {
                    // A static function need not have a result.
                    return frame == 0 ? read(slot, r, 0) : r[0];
                }
                case AddrSpaceCast cast -> r[cast.dst()] = castAddressSpace(slot, cast, r);
                case SecondSlot() -> throw trap(slot, Reason.UNSUPPORTED, "not an instruction");
            }
            slot = next;
        }
    }

    private static void clobberArguments(@Nullable Value[] r) {
        Arrays.fill(r, 1, ARGUMENTS + 1, null);
    }

    private static InterpreterTrapException trap(int slot, Reason reason, String message) {
        return new InterpreterTrapException(slot, reason, message);
    }

    private static Value read(int slot, @Nullable Value[] r, int register) {
        Value value = r[register];
        if (value == null) {
            throw trap(slot, Reason.UNINITIALIZED_REGISTER, "R" + register + " !read_ok");
        }
        return value;
    }

    private static Value operand(int slot, Operand operand, @Nullable Value[] r) {
        return operand.isRegister() ? read(slot, r, operand.register()) : Value.scalar(operand.immediate());
    }

    private static Value move(int slot, Mov move, @Nullable Value[] r) {
        Value value = operand(slot, move.src(), r);
        if (move.width() == Width.W64 && move.signExtendFrom() == 0) {
            return value;
        }
        long number = value.asNumber();
        if (move.signExtendFrom() != 0) {
            number = Arithmetic.signExtend(number, move.signExtendFrom());
        }
        return Value.scalar(move.width() == Width.W64 ? number : Arithmetic.zeroExtend((int) number));
    }

    private static Value arithmetic(int slot, Alu alu, @Nullable Value[] r) {
        Value a = read(slot, r, alu.dst());
        Value b = operand(slot, alu.src(), r);
        if (a.base() instanceof ArenaMemory arena) {
            return Value.arena(arena, Arithmetic.alu32(alu.op(), (int) a.asNumber(), (int) b.asNumber()));
        }
        if (b.base() instanceof ArenaMemory arena) {
            return Value.arena(arena, Arithmetic.alu32(alu.op(), (int) a.asNumber(), (int) b.asNumber()));
        }
        if (alu.width() == Width.W32) {
            return Value.scalar(Arithmetic.alu32(alu.op(), (int) a.asNumber(), (int) b.asNumber()));
        }
        if (alu.op() == AluOp.ADD && a.isPointer() && !b.isPointer()) {
            return a.plus(b.number());
        }
        if (alu.op() == AluOp.ADD && b.isPointer() && !a.isPointer()) {
            return b.plus(a.number());
        }
        if (alu.op() == AluOp.SUB && a.isPointer() && !b.isPointer()) {
            return a.plus(-b.number());
        }
        return Value.scalar(Arithmetic.alu64(alu.op(), a.asNumber(), b.asNumber()));
    }

    private static boolean holds(int slot, Branch branch, @Nullable Value[] r) {
        long a = read(slot, r, branch.dst()).asNumber();
        long b = operand(slot, branch.src(), r).asNumber();
        return branch.width() == Width.W64
                ? Arithmetic.holds64(branch.condition(), a, b)
                : Arithmetic.holds32(branch.condition(), (int) a, (int) b);
    }

    /** {@code dst = addr_space_cast(src)}: a pointer into the arena, or a user address. */
    private Value castAddressSpace(int slot, AddrSpaceCast cast, @Nullable Value[] r) {
        long number = read(slot, r, cast.src()).asNumber();
        ArenaMap arena = ArenaAccess.of(program.maps());
        if (arena == null) {
            throw trap(slot, Reason.UNSUPPORTED, "the program has no arena");
        }
        if (cast.toKernel()) {
            return Value.arena(arena.memory(), number);
        }
        return Value.scalar(
                arena.definition().has(MapFlags.NO_USER_CONV)
                        ? Arithmetic.zeroExtend((int) number)
                        : arena.memory().toUser((int) number));
    }

    private Value loadAcquire(int slot, LoadAcquire load, @Nullable Value[] r) {
        Value pointer = read(slot, r, load.base());
        if (pointer.base() instanceof ArenaMemory arena) {
            Value before = r[load.dst()];
            long address = pointer.number() + load.offset();
            long kept = before == null ? 0 : before.asNumber();
            return Value.scalar(arena.loadAcquire(address, load.size().bytes(), kept));
        }
        return memory.load(slot, pointer, load.offset(), load.size(), false);
    }

    private void atomic(int slot, Atomic atomic, @Nullable Value[] r) {
        Value pointer = read(slot, r, atomic.base());
        long operand = read(slot, r, atomic.src()).asNumber();
        if (pointer.base() instanceof ArenaMemory arena) {
            boolean compares = atomic.op() == AtomicOp.CMPXCHG;
            long r0 = compares ? read(slot, r, 0).asNumber() : 0;
            long result = ArenaAccess.exchange(arena, pointer.number() + atomic.offset(), atomic, operand, r0);
            if (atomic.fetch()) {
                r[compares ? 0 : atomic.src()] = Value.scalar(result);
            }
            return;
        }
        long mask = atomic.size() == Size.W ? 0xffff_ffffL : -1;
        long expected = atomic.op() == AtomicOp.CMPXCHG ? read(slot, r, 0).asNumber() & mask : 0;
        long old = memory.exchange(
                slot,
                pointer,
                atomic.offset(),
                atomic.size(),
                value -> Arithmetic.atomic(atomic.op(), value, operand, expected));
        if (atomic.fetch()) {
            r[atomic.op() == AtomicOp.CMPXCHG ? 0 : atomic.src()] = Value.scalar(old);
        }
    }

    private Value constant(int slot, LoadImm64 constant) {
        return switch (constant.kind()) {
            case VALUE -> Value.scalar(constant.value());
            case MAP_FD -> new Value(0, program.maps().get(constant.imm()), 0, 0);
            case MAP_VALUE -> {
                BpfMap map = program.maps().get(constant.imm());
                if (map instanceof ArenaMap arena) {
                    yield Value.scalar(arena.memory().addressOf(Integer.toUnsignedLong(constant.nextImm())));
                }
                long first = firstValue(slot, map);
                yield Value.pointer(map.values(), first, map.definition().valueSize())
                        .plus(constant.nextImm());
            }
            case FUNC -> new Value(0, new FunctionReference(slot + 1 + constant.imm()), 0, 0);
            case BTF_ID, MAP_IDX, MAP_IDX_VALUE ->
                throw trap(slot, Reason.UNSUPPORTED, "constant of kind " + constant.kind());
        };
    }

    private long firstValue(int slot, BpfMap map) {
        try (Arena arena = Arena.ofConfined()) {
            long offset = map.lookup(context.cpu(), arena.allocate(ValueLayout.JAVA_INT), 0);
            if (offset == BpfMap.NOT_FOUND) {
                throw trap(slot, Reason.UNSUPPORTED, map.definition().name() + " has no value at index 0");
            }
            return offset;
        }
    }

    /** {@code r0 = ntoh(*(size *)skb[index])}; null if that is outside the packet, which ends the program. */
    private @Nullable Value packetLoad(int slot, LegacyPacketLoad load, @Nullable Value[] r) {
        if (skb == null) {
            throw trap(slot, Reason.UNSUPPORTED, "there is no packet");
        }
        int offset = load.imm()
                + (load.src() < 0 ? 0 : (int) read(slot, r, load.src()).asNumber());
        int bytes = load.size().bytes();
        if (offset < 0 || offset > skb.length() - bytes) {
            return null;
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (skb.memory().get(ValueLayout.JAVA_BYTE, skb.data() + offset + i) & 0xff);
        }
        return Value.scalar(value);
    }

    /** The result of the program that a tail call goes to, or null if the call goes nowhere or is another one. */
    private @Nullable Value tailCall(int frame, Call call, @Nullable Value[] r) {
        if (call.kind() != CallKind.HELPER || call.target() != TAIL_CALL || skb == null) {
            return null;
        }
        Value map = r[2];
        Value index = r[3];
        if (map == null || index == null || !(map.base() instanceof BpfMap programs)) {
            return null;
        }
        BpfProgram target =
                io.github.bpf4j.runtime.program.Memory.tailCallTarget(context, programs, (int) index.asNumber());
        return target == null
                ? null
                : Value.scalar(target.tailCall(context, skb, (frame + 1) * ExecutionContext.FRAME_SIZE));
    }

    private @Nullable Value dispatch(int slot, int frame, Call call, @Nullable Value[] r) {
        return switch (call.kind()) {
            case SUBPROGRAM ->
                callForValue(slot + 1 + call.target(), frame + 1, Arrays.copyOfRange(r, 1, ARGUMENTS + 1));
            case HELPER -> {
                Helper row = HelperTable.byId(call.target());
                if (row == null) {
                    throw trap(slot, Reason.BAD_CALL, "invalid func unknown#" + call.target());
                }
                yield helper(slot, frame, HelperCall.of(row, program.type()), r);
            }
            case KFUNC -> {
                Kfunc row = KfuncTable.byId(call.target());
                if (row == null) {
                    throw trap(slot, Reason.BAD_CALL, "invalid kfunc number " + call.target());
                }
                yield helper(slot, frame, HelperCall.of(row, program.type()), r);
            }
        };
    }

    private @Nullable Value helper(int slot, int frame, HelperCall call, @Nullable Value[] r) {
        @Nullable Value[] arguments = Arrays.copyOfRange(r, 1, ARGUMENTS + 1);
        return call.call(slot, context, memory, arguments, function -> callback(function, frame + 1, arguments));
    }

    /** A subprogram as a helper calls it. Pointers come without bounds; those that the program passed have its bounds. */
    private BpfCallback callback(FunctionReference function, int frame, @Nullable Value[] known) {
        return (worker, r1, base1, r2, base2, r3, base3, r4, base4) -> {
            BpfMap map = base1 instanceof BpfMap argument ? argument : null;
            return call(
                    function.slot(),
                    frame,
                    argument(r1, base1, known, 0),
                    argument(
                            r2, base2, known, map == null ? 0 : map.definition().keySize()),
                    argument(
                            r3, base3, known, map == null ? 0 : map.definition().valueSize()),
                    argument(r4, base4, known, 0));
        };
    }

    private static Value argument(long number, @Nullable Object base, @Nullable Value[] known, long size) {
        if (base == null) {
            return Value.scalar(number);
        }
        for (Value value : known) {
            if (value != null && base.equals(value.base()) && value.number() == number) {
                return value;
            }
        }
        long bytes = base instanceof MemorySegment segment && size == 0 ? segment.byteSize() - number : size;
        return Value.pointer(base, number, bytes);
    }
}
