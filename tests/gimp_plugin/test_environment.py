"""What of GIMP's environment the core gets."""

from __future__ import annotations

from gimp_plugin.common.environment import scrubbed


def test_what_breaks_another_python_goes() -> None:
    names = """
        PYTHONPATH PYTHONHOME __PYVENV_LAUNCHER__ LD_LIBRARY_PATH LD_PRELOAD DYLD_LIBRARY_PATH
        GI_TYPELIB_PATH GIMP3_DIRECTORY GEGL_PATH BABL_PATH GTK_PATH GDK_PIXBUF_MODULE_FILE
        GIO_MODULE_DIR FONTCONFIG_FILE PANGO_RC_FILE SSL_CERT_FILE
    """
    kept = {"PATH": "/bin", "HOME": "/home/me", "HTTPS_PROXY": "p", "DEEP_DREAM_CACHE": "c"}
    assert scrubbed({**dict.fromkeys(names.split(), "x"), **kept}) == kept


def test_windows_path_loses_gimp_alone() -> None:
    path = (
        r'C:\Windows;"C:\Program Files\GIMP 3\bin";c:\program files\gimp 3\32\BIN\;C:\GIMP 3;;D:\x'
    )
    kept = scrubbed({"Path": path}, r"C:\Program Files\GIMP 3\bin")
    assert kept == {"Path": r"C:\Windows;C:\GIMP 3;;D:\x"}


def test_windows_python_outside_a_bin_folder() -> None:
    kept = scrubbed({"PATH": r"C:\Python27;C:\Python27\Scripts;C:\Python"}, r"C:\Python27")
    assert kept == {"PATH": r"C:\Python"}
