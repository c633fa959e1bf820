/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelFile;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.LoadException;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.load.TargetTypes;
import io.github.bpf4j.compiler.spec.MapSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.lwt.TestRun;
import io.github.bpf4j.runtime.map.LocalStorageMap;
import io.github.bpf4j.runtime.map.StorageOwner;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.Cgroups;
import io.github.bpf4j.runtime.program.Environment;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An object whose programs keep accounts by task and by control group, loaded unchanged here and in Linux. */
class LocalStorageObjectTest {
    private static final byte[] FRAME = new byte[74];
    private static final int LENGTH = FRAME.length - 14; // of skb->len: the link header is pulled

    static {
        FRAME[12] = 0x08; // IPv4
        FRAME[14] = 0x45;
    }

    private static ObjectSpec spec() throws IOException {
        try (InputStream in = LocalStorageObjectTest.class.getResourceAsStream("/corpus/objects/local_storage.o")) {
            return ObjectSpec.read(Objects.requireNonNull(in).readAllBytes());
        }
    }

    private static Program program(LoadedObject object, String name) {
        return object.program(name).orElseThrow().program();
    }

    private static BpfProgram compile(LoadedObject object, String name) throws Exception {
        return ProgramCompiler.compile(Verifier.verify(program(object, name)), CompilerOptions.DEFAULT);
    }

    private static int run(BpfProgram program, ExecutionContext worker) throws Exception {
        return new TestRun(FRAME).run(program, worker).returnValue();
    }

    @Test
    void eachWorkerKeepsItsAccount() throws Exception {
        LoadedObject object = ObjectLoader.load(spec(), LoadOptions.of(1));
        BpfProgram counted = compile(object, "counted");
        BpfProgram lookedUp = compile(object, "looked_up");
        BpfProgram deleted = compile(object, "deleted");
        BpfProgram locked = compile(object, "counted_under_lock");
        ExecutionContext one = new ExecutionContext(0);
        ExecutionContext two = new ExecutionContext(0);
        assertEquals(-1, run(lookedUp, one));
        assertEquals(1000, run(counted, one));
        assertEquals(1001, run(counted, one));
        assertEquals(1000, run(counted, two));
        assertEquals(1002, run(lookedUp, one));
        LocalStorageMap accounts =
                (LocalStorageMap) program(object, "counted").maps().getFirst();
        assertEquals(Set.of(one.task(), two.task()), Set.copyOf(accounts.owners()));
        assertArrayEquals(
                new long[] {1002, 2L * LENGTH},
                Objects.requireNonNull(accounts.get(one.task())).toArray(java.lang.foreign.ValueLayout.JAVA_LONG));
        assertEquals(0, run(deleted, one));
        assertEquals(-2, run(deleted, one));
        assertEquals(-1, run(lookedUp, one));
        assertEquals(1001, run(lookedUp, two));
        assertEquals(1, run(locked, one));
        assertEquals(2, run(locked, one));
    }

    @Test
    void aValueThatIsThereIsFoundWithoutAllocation() throws Exception {
        LoadedObject object = ObjectLoader.load(spec(), LoadOptions.of(1));
        BpfProgram counted = compile(object, "counted");
        ExecutionContext worker = new ExecutionContext(0);
        SkBuff packet = new SkBuff(FRAME.clone(), 14, LENGTH);
        int runs = 50_000;
        long allocated = 0;
        long last = 0;
        for (int round = 0; round < 4; round++) {
            long before = allocatedBytes();
            for (int i = 0; i < runs; i++) {
                last = counted.run(worker, packet);
            }
            allocated = allocatedBytes() - before;
        }
        assertEquals(1000 + 4 * runs - 1, last);
        assertTrue(allocated < runs, allocated + " bytes for the last " + runs + " packets");
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @RequiresKernel
    @Test
    void programsAndCommandsSeeTheSameValuesAsInLinux() throws Exception {
        LoadedObject object = ObjectLoader.load(spec(), LoadOptions.of(1));
        Program counted = program(object, "counted");
        BpfProgram compiled = compile(object, "counted");
        LocalStorageMap ours = (LocalStorageMap) counted.maps().getFirst();
        ExecutionContext worker = new ExecutionContext(0);
        MemorySegment ourKey = MemorySegment.ofArray(new int[] {worker.task().descriptor()});
        byte[] expected = new byte[16];
        byte[] actual = new byte[16];
        try (KernelLoader.Loaded linux = KernelLoader.loadWithTypes(counted, 1);
                KernelFile thread = KernelFile.callingThread()) {
            var theirs = linux.maps().getFirst();
            byte[] theirKey = KernelBpf.bytesOf(thread.fd());
            for (int round = 0; round < 3; round++) {
                assertEquals(linux.program().testRun(FRAME).checkedValue(), run(compiled, worker));
                assertEquals(0, theirs.lookup(theirKey, expected, 0));
                assertEquals(0, ours.lookupElement(ourKey, 0, MemorySegment.ofArray(actual), 0, 0));
                assertArrayEquals(expected, actual);
                expected[3] = (byte) round; // what user space stores, the program finds
                assertEquals(0, theirs.update(theirKey, expected, 0));
                assertEquals(0, ours.updateElement(ourKey, 0, MemorySegment.ofArray(expected.clone()), 0, 0));
            }
        }
    }

    @Test
    void workersShareTheAccountsOfTheirGroups() throws Exception {
        LoadedObject object = ObjectLoader.load(spec(), LoadOptions.of(1));
        BpfProgram counted = compile(object, "counted_for_group");
        BpfProgram deleted = compile(object, "deleted_for_group");
        StorageOwner group = new StorageOwner(StorageOwner.Kind.CGROUP);
        Environment inGroup = Environment.DEFAULT.withCgroups(new Cgroups() {
            @Override
            public StorageOwner current() {
                return group;
            }
        });
        ExecutionContext one = new ExecutionContext(0);
        ExecutionContext two = new ExecutionContext(1);
        ExecutionContext other = new ExecutionContext(0);
        one.setEnvironment(inGroup);
        two.setEnvironment(inGroup);
        assertEquals(0, run(counted, one));
        assertEquals(1, run(counted, two));
        assertEquals(0, run(counted, other));
        LocalStorageMap groups =
                (LocalStorageMap) program(object, "counted_for_group").maps().getFirst();
        assertEquals(Set.of(group, Cgroups.ROOT), Set.copyOf(groups.owners()));
        assertEquals(0, run(deleted, two));
        assertEquals(-2, run(deleted, one));
        assertEquals(1, run(counted, other));
    }

    @RequiresKernel
    @Test
    void groupsOfTasksAreThoseThatCommandsName() throws Exception {
        Path root = KernelFile.cgroupRoot().orElse(null);
        assumeTrue(root != null && isInRootGroup(), "the test is not in the root cgroup of a mounted hierarchy");
        Program program = program(
                ObjectLoader.load(spec(), LoadOptions.of(1).withTarget(TargetTypes.read(TargetTypes.HOST))),
                "counted_for_group");
        Program ours = program(ObjectLoader.load(spec(), LoadOptions.of(1)), "counted_for_group");
        BpfProgram compiled = ProgramCompiler.compile(Verifier.verify(ours), CompilerOptions.DEFAULT);
        ExecutionContext worker = new ExecutionContext(0);
        try (KernelLoader.Loaded linux = KernelLoader.loadWithTypes(program, 1);
                KernelFile group = KernelFile.open(root)) {
            for (int round = 0; round < 3; round++) {
                assertEquals(linux.program().testRun(FRAME).checkedValue(), run(compiled, worker));
            }
            byte[] expected = linux.maps().getFirst().lookup(KernelBpf.bytesOf(group.fd()));
            byte[] actual = new byte[16];
            MemorySegment key = MemorySegment.ofArray(new int[] {Cgroups.ROOT.descriptor()});
            assertEquals(0, ours.maps().getFirst().lookupElement(key, 0, MemorySegment.ofArray(actual), 0, 0));
            assertArrayEquals(expected, actual);
        }
    }

    private static boolean isInRootGroup() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/cgroup")).contains("0::/");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void localStorageNeedsTypes(boolean ofKey) throws IOException {
        ObjectSpec spec = spec().withMap("accounts", map -> withoutType(map, ofKey));
        LoadException e = assertThrows(LoadException.class, () -> ObjectLoader.load(spec, LoadOptions.of(1)));
        assertEquals(
                "map 'accounts': local storage needs the types of its key, an integer of 4 bytes, and of its value"
                        + " (EINVAL)",
                e.getMessage());
    }

    private static MapSpec withoutType(MapSpec map, boolean ofKey) {
        return new MapSpec(
                map.name(),
                map.origin(),
                map.type(),
                map.keySize(),
                map.valueSize(),
                map.maxEntries(),
                map.flags(),
                map.extra(),
                map.numaNode(),
                map.pinning(),
                map.pinPath(),
                ofKey ? 0 : map.keyType(),
                ofKey ? map.valueType() : 0,
                map.inner(),
                List.of(),
                map.contents(),
                List.of());
    }
}
