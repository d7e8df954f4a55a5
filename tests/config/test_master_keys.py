import pytest

from config.master_keys import master_keys
from config.static import SettingsWrong, read_settings

ONE = "bWFzdGVyLW1hc3Rlci1tYXN0ZXItbWFzdGVyLTAxMjM="
TWO = "c29tZS1vdGhlci1tYXN0ZXIta2V5LTAxMjM0NTY3ODk="


def test_several_master_keys_stand_side_by_side_and_each_is_a_secret() -> None:
    settings = read_settings({"TROUPE_MASTER_KEYS": f"{TWO}, {ONE}"})

    assert master_keys(settings.master_keys.get_secret_value())[1] == b"master-master-master-master-0123"
    assert {ONE, TWO} <= set(settings.secrets)
    assert ONE not in repr(settings)


@pytest.mark.parametrize("wrong", ["hunter2", ONE[:-8], f"{ONE},hunter2", f"{ONE} {TWO}"])
def test_what_is_no_master_key_is_refused_without_quoting_it(wrong: str) -> None:
    with pytest.raises(SettingsWrong) as raised:
        read_settings({"TROUPE_MASTER_KEYS": wrong})

    assert "openssl rand -base64 32" in str(raised.value)
    assert wrong not in str(raised.value) and "hunter2" not in str(raised.value)
