"""The functions of Windows that windows_process needs, by ctypes; runs on Python 2.7 and 3.

Structures and constants are those of the Windows API's documentation (CreateProcessW,
STARTUPINFOEXW, UpdateProcThreadAttribute).
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import ctypes
import os
from ctypes import POINTER, byref, c_int, c_size_t, c_uint16, c_uint32, c_void_p, c_wchar_p, sizeof

_PIPE_BYTES = 1 << 20
_INHERIT = 1
_USE_STANDARD_HANDLES = 0x100
_HANDLE_LIST = 0x00020002
_UNICODE_ENVIRONMENT = 0x00000400
_EXTENDED_STARTUP = 0x00080000
_NO_WINDOW = 0x08000000
_STILL_RUNNING = 0x102
_PATH_CHARACTERS = 32768


def _structure(name, fields):
    return type(
        str(name), (ctypes.Structure,), {str("_fields_"): [(str(f), kind) for f, kind in fields]}
    )


StartupInfo = _structure(
    "StartupInfo",
    [
        ("cb", c_uint32),
        ("lpReserved", c_wchar_p),
        ("lpDesktop", c_wchar_p),
        ("lpTitle", c_wchar_p),
        ("dwX", c_uint32),
        ("dwY", c_uint32),
        ("dwXSize", c_uint32),
        ("dwYSize", c_uint32),
        ("dwXCountChars", c_uint32),
        ("dwYCountChars", c_uint32),
        ("dwFillAttribute", c_uint32),
        ("dwFlags", c_uint32),
        ("wShowWindow", c_uint16),
        ("cbReserved2", c_uint16),
        ("lpReserved2", c_void_p),
        ("hStdInput", c_void_p),
        ("hStdOutput", c_void_p),
        ("hStdError", c_void_p),
    ],
)
StartupInfoEx = _structure(
    "StartupInfoEx", [("StartupInfo", StartupInfo), ("lpAttributeList", c_void_p)]
)
ProcessInformation = _structure(
    "ProcessInformation",
    [
        ("hProcess", c_void_p),
        ("hThread", c_void_p),
        ("dwProcessId", c_uint32),
        ("dwThreadId", c_uint32),
    ],
)

# Argument types of each function; all of them return a truth value unless named below.
_TAKES = {
    "CloseHandle": [c_void_p],
    "CreatePipe": [POINTER(c_void_p), POINTER(c_void_p), c_void_p, c_uint32],
    "CreateProcessW": [c_wchar_p, c_void_p, c_void_p, c_void_p, c_int, c_uint32]
    + [c_void_p, c_wchar_p, c_void_p, POINTER(ProcessInformation)],
    "DeleteProcThreadAttributeList": [c_void_p],
    "FreeEnvironmentStringsW": [c_void_p],
    "GetEnvironmentStringsW": [],
    "GetExitCodeProcess": [c_void_p, POINTER(c_uint32)],
    "GetModuleFileNameW": [c_void_p, c_void_p, c_uint32],
    "InitializeProcThreadAttributeList": [c_void_p, c_uint32, c_uint32, POINTER(c_size_t)],
    "SetHandleInformation": [c_void_p, c_uint32, c_uint32],
    "TerminateProcess": [c_void_p, c_uint32],
    "UpdateProcThreadAttribute": [c_void_p, c_uint32, c_size_t, c_void_p, c_size_t]
    + [c_void_p, c_void_p],
    "WaitForSingleObject": [c_void_p, c_uint32],
}
_GIVES = {
    "DeleteProcThreadAttributeList": None,
    "GetEnvironmentStringsW": c_void_p,
    "GetModuleFileNameW": c_uint32,
    "WaitForSingleObject": c_uint32,
}


class Kernel(object):
    """kernel32.dll. Handles are whole numbers; what fails raises OSError."""

    def __init__(self):
        self._library = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
        for name, kinds in _TAKES.items():
            function = getattr(self._library, str(name))
            function.argtypes, function.restype = kinds, _GIVES.get(name, c_int)

    def pipe(self):
        """Two handles, to read and to write, that no program inherits."""
        reading, writing = c_void_p(), c_void_p()
        self._do("CreatePipe", byref(reading), byref(writing), None, _PIPE_BYTES)
        return [reading.value, writing.value]

    def file(self, handle, mode):
        """A binary file of a pipe's handle, which it closes."""
        import msvcrt

        flags = os.O_RDONLY if mode == "rb" else os.O_WRONLY
        descriptor = msvcrt.open_osfhandle(handle, flags)  # type: ignore[attr-defined]
        return os.fdopen(descriptor, str(mode), -1)

    def close(self, handle):
        """Give a handle back."""
        self._do("CloseHandle", handle)

    def create_process(self, program, command_line, block, folder, handles):
        """The handle of a new process, which gets `handles` as its standard ones and no others."""
        for handle in handles:
            self._do("SetHandleInformation", handle, _INHERIT, _INHERIT)
        listed = (c_void_p * len(handles))(*handles)
        attributes = self._attribute_list()
        started = ProcessInformation()
        info = StartupInfoEx()
        info.StartupInfo.cb = sizeof(StartupInfoEx)
        info.StartupInfo.dwFlags = _USE_STANDARD_HANDLES
        info.StartupInfo.hStdInput = handles[0]
        info.StartupInfo.hStdOutput = handles[1]
        info.StartupInfo.hStdError = handles[2]
        info.lpAttributeList = ctypes.addressof(attributes)
        try:
            self._do(
                "UpdateProcThreadAttribute",
                attributes,
                0,
                _HANDLE_LIST,
                listed,
                sizeof(listed),
                None,
                None,
            )
            self._do(
                "CreateProcessW",
                program,
                ctypes.create_unicode_buffer(command_line),
                None,
                None,
                True,
                _UNICODE_ENVIRONMENT | _EXTENDED_STARTUP | _NO_WINDOW,
                ctypes.create_unicode_buffer(block),
                folder,
                byref(info),
                byref(started),
            )
        finally:
            self._library.DeleteProcThreadAttributeList(attributes)
        self.close(started.hThread)
        return started.hProcess

    def exit_status(self, process):
        """None while it runs."""
        if self._library.WaitForSingleObject(process, 0) == _STILL_RUNNING:
            return None
        status = c_uint32()
        self._do("GetExitCodeProcess", process, byref(status))
        return status.value

    def terminate(self, process, status):
        """End a process."""
        self._do("TerminateProcess", process, status)

    def environment(self):
        """This process's environment, a list of NAME=VALUE with all their letters."""
        start = self._library.GetEnvironmentStringsW()
        found, at = [], start
        while True:
            text = ctypes.wstring_at(at)
            if not text:
                break
            found.append(text)
            at += (len(text) + 1) * sizeof(ctypes.c_wchar)
        self._library.FreeEnvironmentStringsW(start)
        return found

    def own_program(self):
        """The path of the program that this process runs."""
        room = ctypes.create_unicode_buffer(_PATH_CHARACTERS)
        self._do("GetModuleFileNameW", None, room, len(room))
        return room.value

    def _attribute_list(self):
        size = c_size_t()
        # Fails by design, and says how much room is needed.
        self._library.InitializeProcThreadAttributeList(None, 1, 0, byref(size))
        attributes = ctypes.create_string_buffer(size.value)
        self._do("InitializeProcThreadAttributeList", attributes, 1, 0, byref(size))
        return attributes

    def _do(self, name, *arguments):
        if not getattr(self._library, str(name))(*arguments):
            raise ctypes.WinError(ctypes.get_last_error())  # type: ignore[attr-defined]
